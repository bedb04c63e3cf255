//! The layer for tower, and hyper's site.
mod common;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use common::ADA;
use http::{Request, Response};
use hyper::body::{self, Bytes, HttpBody};
use hyper::service::Service;
use hyper::{Body, Server};
use stauth::hyper::Site;
use stauth::testing::TestApp;
use stauth::tower::AuthLayer;
use stauth::{App, BoxError, Gate, Visit};
use tower_layer::Layer;

/// A program, which notes the bodies that it gets.
#[derive(Clone)]
struct Program(Arc<Mutex<Vec<Bytes>>>, fn(&Visit) -> Response<Body>);

impl Service<Request<Body>> for Program {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn std::future::Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Self(seen, answer) = self.clone();
        Box::pin(async move {
            let visit = request.extensions().get::<Visit>().unwrap().clone();
            let body = body::to_bytes(request.into_body()).await.unwrap();
            seen.lock().unwrap().push(body);
            Ok(answer(&visit))
        })
    }
}

fn hello(visit: &Visit) -> Response<Body> {
    Response::builder().header("Cache-Control", "max-age=9").body(visit.user().json().to_owned().into()).unwrap()
}

/// Status, headers and body of the answer, and how often the program was asked.
async fn ask(layer: AuthLayer, request: Request<Body>) -> (http::response::Parts, String, usize) {
    let program = Program(Arc::default(), hello);
    let seen = program.0.clone();
    let answer = layer.layer(program).call(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let text = String::from_utf8(body::to_bytes(body).await.unwrap().to_vec()).unwrap();
    let count = seen.lock().unwrap().len();
    (parts, text, count)
}

fn get(target: &str) -> http::request::Builder {
    Request::get(target).header("Host", "localhost:8501").header("Accept", "text/html")
}

fn lines(parts: &http::response::Parts, name: &str) -> Vec<String> {
    parts.headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn page_of_the_program() {
    let auth = TestApp::new(&[]).unwrap();
    let request = get("/").header("Cookie", auth.sign_in(ADA).unwrap());
    let (parts, text, _) = ask(AuthLayer::new(auth.app()), request.body("a body".into()).unwrap()).await;
    assert!(parts.status == 200 && text.contains("ada@example.org"), "{}", text);
    assert_eq!(
        (lines(&parts, "Vary"), lines(&parts, "Cache-Control")[0].clone()),
        (vec!["Cookie".to_owned()], "max-age=9".to_owned())
    );
}

#[tokio::test]
async fn cookies_in_several_lines() {
    let auth = TestApp::new(&[]).unwrap();
    let request = get("/").header("Cookie", "a=b").header("Cookie", auth.sign_in(ADA).unwrap());
    assert!(ask(AuthLayer::new(auth.app()), request.body(Body::empty()).unwrap()).await.1.contains("ada"));
}

#[tokio::test]
async fn body_of_the_program() {
    let auth = TestApp::new(&[]).unwrap();
    let program = Program(Arc::default(), hello);
    let mut site = AuthLayer::new(auth.app()).layer(program.clone());
    site.call(Request::post("/form").body("a=b".into()).unwrap()).await.unwrap();
    assert_eq!(*program.0.lock().unwrap(), ["a=b"]);
}

#[tokio::test]
async fn closed_site() {
    let auth = TestApp::new(&[]).unwrap();
    let layer = || AuthLayer::new(auth.app()).require_login();
    let (parts, _, count) = ask(layer(), get("/page").body(Body::empty()).unwrap()).await;
    assert_eq!((parts.status.as_u16(), count), (302, 0));
    let script = Request::get("/page").header("Sec-Fetch-Mode", "cors").body(Body::empty()).unwrap();
    let (parts, text, count) = ask(layer(), script).await;
    assert!(parts.status == 401 && count == 0 && text.contains("not_signed_in"), "{}", text);
    let signed_in = get("/page").header("Cookie", auth.sign_in(ADA).unwrap()).body(Body::empty()).unwrap();
    assert_eq!(ask(layer(), signed_in).await.2, 1);
}

/// A program may route by the path as it was received, or decoded: what is open must be so both ways.
#[tokio::test]
async fn open_paths() {
    let auth = TestApp::new(&[]).unwrap();
    let set = TestApp::new(&[("auth.require_login", "true"), ("auth.open_paths", r#"["/health", "/static/"]"#)]);
    let by_settings = AuthLayer::new(set.unwrap().app());
    let by_code = AuthLayer::new(auth.app()).gate(Gate::new(&["/health", "/static/"]).unwrap());
    for layer in [by_settings, by_code] {
        for (path, is_open) in [
            ("/health", true),
            ("/health?x=1", true),
            ("/static/a%20b", true),
            ("/he%61lth", false),
            ("/static/%2e%2e/x", false),
            ("/static%2Fx", false),
            ("/%zz", false),
            ("/healthy", false),
            ("/", false),
        ] {
            let (parts, _, count) = ask(layer.clone(), get(path).body(Body::empty()).unwrap()).await;
            assert_eq!((parts.status == 200, count == 1), (is_open, is_open), "{}", path);
        }
    }
}

#[tokio::test]
async fn request_that_the_library_refuses() {
    let auth = TestApp::new(&[]).unwrap();
    let huge = "x".repeat(70_000);
    let (parts, text, count) =
        ask(AuthLayer::new(auth.app()), get("/").header("Cookie", huge).body(Body::empty()).unwrap()).await;
    assert!(parts.status.is_client_error() && count == 0 && text.contains("too_large"), "{} {}", parts.status, text);
}

#[tokio::test]
async fn body_that_is_too_long() {
    let auth = TestApp::new(&[]).unwrap();
    let post = || Request::post("/auth/login").header("Content-Type", "application/x-www-form-urlencoded");
    let (sender, body) = Body::channel();
    drop(sender); // without any byte: the form is empty, and the login begins
    assert_eq!(ask(AuthLayer::new(auth.app()), post().body(body).unwrap()).await.2, 0);
    let (mut sender, body) = Body::channel();
    let sending =
        tokio::spawn(async move { while sender.send_data(Bytes::from_static(&[b'x'; 1000])).await.is_ok() {} });
    let (parts, text, _) = ask(AuthLayer::new(auth.app()), post().body(body).unwrap()).await;
    assert!(parts.status.is_client_error() && text.contains("too_large"), "{} {}", parts.status, text);
    sending.await.unwrap(); // nobody reads what never ends
}

#[tokio::test]
async fn body_that_breaks_off() {
    let auth = TestApp::new(&[]).unwrap();
    let (sender, body) = Body::channel();
    sender.abort();
    let (parts, text, _) = ask(AuthLayer::new(auth.app()), Request::post("/auth/login").body(body).unwrap()).await;
    assert!(parts.status == 400 && text.contains("request_incomplete"), "{} {}", parts.status, text);
}

/// A task of the program's is still in a call: its request cannot be asked any more.
#[tokio::test]
async fn page_that_begins_during_a_call() {
    let app = App::new(common::settings().client(|_| std::future::pending())).unwrap();
    let program = Program(Arc::default(), |visit| {
        let visit = visit.clone();
        let mut login = Box::pin(async move { visit.login(None).await });
        let waker = futures_waker();
        assert!(std::future::Future::poll(login.as_mut(), &mut Context::from_waker(&waker)).is_pending());
        std::mem::forget(login);
        Response::new("secret".into())
    });
    let answer = AuthLayer::new(app).layer(program).call(get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.size_hint().exact()), (500, Some(15)));
}

/// A login that was given up has ended the request: without its headers, no page of a user may be sent.
#[tokio::test]
async fn page_of_a_request_that_has_ended() {
    let app = App::new(common::settings().client(|_| std::future::pending())).unwrap();
    let program = Program(Arc::default(), |visit| {
        let mut login = Box::pin(visit.login(None));
        let waker = futures_waker();
        assert!(std::future::Future::poll(login.as_mut(), &mut Context::from_waker(&waker)).is_pending());
        Response::new("secret".into())
    });
    let answer = AuthLayer::new(app).layer(program).call(get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.size_hint().exact()), (500, Some(15)));
}

fn futures_waker() -> std::task::Waker {
    struct Nobody;
    impl std::task::Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }
    Arc::new(Nobody).into()
}

/// What a browser gets of a program of one function, by hyper's server.
async fn open<H, Page>(site: Site<H>) -> (u16, String)
where
    H: Fn(Visit, Request<Body>) -> Page + Clone + Send + 'static,
    Page: std::future::Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
{
    let server = Server::bind(&([127, 0, 0, 1], 0).into()).serve(site);
    let target = format!("http://{}/page", server.local_addr());
    let running = tokio::spawn(server);
    let answer = hyper::Client::new().request(get(&target).body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let text = String::from_utf8(body::to_bytes(body).await.unwrap().to_vec()).unwrap();
    running.abort();
    (parts.status.as_u16(), text)
}

#[tokio::test]
async fn error_of_a_handler() {
    let auth = TestApp::new(&[]).unwrap();
    let known = |visit: Visit, _| async move { Ok(visit.login(Some("nobody")).await.map(|()| Response::default())?) };
    let (status, text) = open(Site::new(auth.app(), known)).await;
    assert!(status == 404 && text.contains("provider_unknown"), "{}", text);
    let unknown = |_, _| async { Err("the database of secrets is down".into()) };
    let (status, text) = open(Site::new(auth.app(), unknown)).await;
    assert!(status == 500 && text.contains("internal_error") && !text.contains("database"), "{}", text);
}

#[tokio::test]
async fn closed_site_of_hyper() {
    let auth = TestApp::new(&[]).unwrap();
    let page = |_, _| async { Ok(Response::new("open".into())) };
    assert_eq!(open(Site::new(auth.app(), page).require_login()).await.0, 302);
    assert_eq!(open(Site::new(auth.app(), page).gate(Gate::new(&["/page"]).unwrap())).await, (200, "open".to_owned()));
}
