//! A server of the page, for browsers of this machine alone.
//!
//! Other users of the machine could connect, and pages of other sites can have their visitors' browsers
//! connect. So the address holds a secret, and the name under which the server is asked must be its own: a
//! site whose name leads to this machine (DNS rebinding) is turned away.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::page::Page;
use crate::outcome::Failure;

/// Headers of every answer. The page states its own policy, too; being framed it cannot forbid there.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// A socket that is listened on, and the secret of its address.
#[derive(Debug)]
pub(super) struct Server {
    listener: std::net::TcpListener,
    at: SocketAddr,
    secret: String,
}

/// What every request is held against.
struct Shared {
    page: Page,
    /// The names under which the server may be asked.
    hosts: [String; 2],
    /// `/secret/`
    root: String,
}

impl Server {
    pub(super) fn bind(port: u16) -> Result<Self, Failure> {
        let cannot = |error: std::io::Error| {
            Failure::new(format!(
                "cannot listen on port {port} of this machine: {error}"
            ))
        };
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let at = listener.local_addr().map_err(cannot)?;
        let mut secret = [0; 16];
        getrandom::fill(&mut secret)
            .map_err(|error| Failure::new(format!("the system gives no random bytes: {error}")))?;
        let secret = format!("{:032x}", u128::from_ne_bytes(secret));
        Ok(Self {
            listener,
            at,
            secret,
        })
    }

    /// Where the page is.
    pub(super) fn address(&self) -> String {
        format!("http://{}/{}/", self.at, self.secret)
    }

    /// Serves the page until the program is ended.
    pub(super) fn serve(self, page: Page) -> Result<(), Failure> {
        let port = self.at.port();
        let shared = Arc::new(Shared {
            page,
            hosts: [format!("127.0.0.1:{port}"), format!("localhost:{port}")],
            root: format!("/{}/", self.secret),
        });
        let failed =
            |error: std::io::Error| Failure::new(format!("cannot serve the page: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .map_err(failed)?;
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(self.listener).map_err(failed)?;
            let router = Router::new().fallback(answer).with_state(shared);
            axum::serve(listener, router).await.map_err(failed)
        })
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let mut response = shared.answer(&request);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Shared {
    fn answer(&self, request: &Request) -> Response {
        let host = request.headers().get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        if !host.is_some_and(|host| self.hosts.iter().any(|own| own == host)) {
            return (StatusCode::MISDIRECTED_REQUEST, "not this host").into_response();
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let allow = [(header::ALLOW, "GET, HEAD")];
            return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
        }
        let path = request.uri().path();
        if format!("{path}/") == self.root {
            return (
                StatusCode::PERMANENT_REDIRECT,
                [(header::LOCATION, self.root.clone())],
            )
                .into_response();
        }
        let found = path
            .strip_prefix(&self.root)
            .and_then(|path| self.page.get(path));
        match found {
            Some((bytes, media_type)) => {
                ([(header::CONTENT_TYPE, media_type)], bytes.to_vec()).into_response()
            }
            None => (StatusCode::NOT_FOUND, "there is nothing here").into_response(),
        }
    }
}
