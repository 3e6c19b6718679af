//! Keys and aliases that come, change and go.

use super::{Alias, Key, World, text};

impl World {
    /// Puts a key in, in place of the one with the same ARN if there is one.
    pub fn put_key(&mut self, key: Key) {
        let name = text(&key.arn);
        let at = self.index.keys.get(&name).copied();
        if let Some(old) = at.and_then(|at| self.contents.keys.get_mut(at)) {
            *old = key;
        } else {
            self.index.keys.insert(name, self.contents.keys.len());
            self.contents.keys.push(key);
        }
    }

    /// The key with this ARN, to be changed in place; its ARN must stay.
    pub fn key_mut(&mut self, arn: &str) -> Option<&mut Key> {
        let at = self.index.keys.get(arn)?;
        self.contents.keys.get_mut(*at)
    }

    /// Takes a key out.
    pub fn remove_key(&mut self, arn: &str) {
        let Some(at) = self.index.keys.remove(arn) else {
            return;
        };
        self.contents.keys.swap_remove(at);
        if let Some(moved) = self.contents.keys.get(at) {
            self.index.keys.insert(text(&moved.arn), at);
        }
    }

    /// Puts an alias in, in place of the one with the same ARN if there is one. The names in
    /// [`Key::aliases`] follow.
    pub fn put_alias(&mut self, alias: Alias) {
        self.remove_alias(alias.arn.as_str());
        if let Some(target) = &alias.target
            && let Some(key) = self.key_mut(target.as_str())
            && let Err(at) = key.aliases.binary_search(&alias.name)
        {
            key.aliases.insert(at, alias.name.clone());
        }
        let name = text(&alias.arn);
        self.index.aliases.insert(name, self.contents.aliases.len());
        self.contents.aliases.push(alias);
    }

    /// Takes an alias out.
    pub fn remove_alias(&mut self, arn: &str) {
        let Some(at) = self.index.aliases.remove(arn) else {
            return;
        };
        let alias = self.contents.aliases.swap_remove(at);
        if let Some(moved) = self.contents.aliases.get(at) {
            self.index.aliases.insert(text(&moved.arn), at);
        }
        if let Some(target) = alias.target
            && let Some(key) = self.key_mut(target.as_str())
        {
            key.aliases.retain(|name| *name != alias.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::{NoFiles, Reader};
    use kmsim_policy::source::Sources;

    const WORLD: &str = r#"{"accounts": [{"id": "111122223333", "keys": [
        {"id": "a", "region": "us-east-1", "policy": "default", "aliases": ["alias/one"]},
        {"id": "b", "region": "us-east-1", "policy": "default"},
        {"id": "c", "region": "us-east-1", "policy": "default"}]}]}"#;

    fn world() -> World {
        let mut sources = Sources::new();
        let id = sources.add("world", WORLD);
        let mut reader = Reader::new(&mut sources, &NoFiles);
        let node = kmsim_policy::json::parse(WORLD, id, &mut reader.diagnostics).unwrap();
        let world = reader.world(&node);
        assert_eq!(reader.diagnostics, []);
        world.unwrap()
    }

    fn arn(id: &str) -> String {
        format!("arn:aws:kms:us-east-1:111122223333:key/{id}")
    }

    #[test]
    fn a_key_that_goes_leaves_the_others_in_place() {
        let mut world = world();
        world.remove_key(&arn("a"));
        world.remove_key(&arn("a"));
        assert!(world.key(&arn("a")).is_none());
        assert_eq!(world.key(&arn("b")).unwrap().id(), "b");
        assert_eq!(world.key(&arn("c")).unwrap().id(), "c");
        let again = world.key(&arn("c")).unwrap().clone();
        world.put_key(again);
        assert_eq!(world.contents().keys.len(), 2);
    }

    #[test]
    fn an_alias_is_in_one_key_at_a_time() {
        let mut world = world();
        let name = "arn:aws:kms:us-east-1:111122223333:alias/one";
        let mut alias = world.alias(name).unwrap().clone();
        alias.target = Some(world.key(&arn("b")).unwrap().arn.clone());
        world.put_alias(alias);
        assert_eq!(world.key(&arn("a")).unwrap().aliases, []);
        assert_eq!(world.key(&arn("b")).unwrap().aliases, ["alias/one".into()]);
        world.remove_alias(name);
        assert_eq!(world.key(&arn("b")).unwrap().aliases, []);
        assert!(world.alias(name).is_none());
    }
}
