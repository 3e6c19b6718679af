use kmsim_authz::{
    decide::decide_traced,
    explain::{Style, explain},
    reader::{Files, Reader},
};
struct D;
impl Files for D {
    fn read(&self, from: &str, path: &str) -> Result<(String, String), String> {
        let p = std::path::Path::new(from).parent().unwrap().join(path);
        Ok((
            p.to_string_lossy().into_owned(),
            std::fs::read_to_string(&p).map_err(|e| e.to_string())?,
        ))
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let mut sources = kmsim_policy::source::Sources::new();
    let id = sources.add(a[1].clone(), text.as_str());
    let mut r = Reader::new(&mut sources, &D);
    let node = kmsim_policy::document::parse_any(&text, id, &a[1], &mut r.diagnostics).unwrap();
    let list = node.member("cases").unwrap_or(&node);
    let n: usize = a.get(2).and_then(|s| s.parse().ok()).unwrap_or(0);
    let case = r.case(&list.as_list()[n]).unwrap();
    for d in &r.diagnostics {
        eprintln!("{}", d.line(r.sources));
    }
    let l = case.layers.borrow();
    let (d, t) = decide_traced(&l, &case.request);
    let e = explain(&l, &case.request, d, &t, &sources);
    print!("{}", e.human(Style::default()));
    if a.len() > 3 {
        println!("{}", serde_json::to_string_pretty(&e).unwrap());
    }
}
