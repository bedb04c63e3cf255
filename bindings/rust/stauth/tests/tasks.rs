//! Calls that wait for a provider: on a thread of their own, or by the program's client, and what becomes of them when
//! nobody waits any more.
mod common;

use std::future::{pending, Future};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use common::{assert_failure, begin, header, settings, ADA};
use stauth::testing::TestApp;
use stauth::{wait, App, ErrorKind, LoginOptions, Reply, Request, Visit};

/// Counts wake-ups.
#[derive(Default)]
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::new(Counter::default()));
    future.as_mut().poll(&mut Context::from_waker(&waker))
}

/// An application whose provider tells when it is asked, and answers, with nothing, when it may.
fn slow_provider() -> (App, Receiver<()>, Sender<()>) {
    let (asked, was_asked) = channel();
    let (may_answer, answers) = channel();
    let (asked, answers) = (Mutex::new(asked), Mutex::new(answers));
    let config = settings().transport(move |_| {
        asked.lock().unwrap().send(()).unwrap();
        let _ = answers.lock().unwrap().recv(); // or nobody waits any more
        Err("down".into())
    });
    (App::new(config).unwrap(), was_asked, may_answer)
}

fn page(app: &App) -> Request {
    let mut request = app.request("GET", "/page", [("Host", "localhost:8501"), ("Accept", "text/html")]).unwrap();
    assert!(wait(request.begin()).unwrap());
    request
}

#[tokio::test]
async fn slow_provider_does_not_block_the_executor() {
    let (app, was_asked, may_answer) = slow_provider();
    let mut request = page(&app);
    let mut login = Box::pin(request.login(None, LoginOptions::default()));
    assert!(poll(&mut login).is_pending());
    was_asked.recv().unwrap();
    let on_this_thread = app.request("GET", "/", [("Host", "localhost:8501")]).unwrap();
    assert!(!on_this_thread.is_logged_in() && poll(&mut login).is_pending());
    may_answer.send(()).unwrap();
    assert_failure(login.await, ErrorKind::Network, "provider_unreachable");
    assert_eq!(request.status(), None);
}

#[test]
fn login_that_is_given_up_ends_the_request() {
    let (app, was_asked, may_answer) = slow_provider();
    let mut request = page(&app);
    let mut login = Box::pin(request.login(None, LoginOptions::default()));
    assert!(poll(&mut login).is_pending());
    was_asked.recv().unwrap();
    drop(login); // a thread is still in the call
    assert_failure(wait(request.login(None, LoginOptions::default())), ErrorKind::InvalidArgument, "invalid_handle");
    assert!(!request.is_logged_in() && request.status().is_none() && request.headers().is_empty());
    assert!(request.body().is_empty() && request.error().is_none() && !request.wants_body());
    drop(may_answer);
}

#[test]
fn login_that_is_given_up_while_the_client_works() {
    let app = App::new(settings().client(|_| pending())).unwrap();
    let visit = Visit::new(page(&app));
    let copy = visit.clone();
    let mut login = Box::pin(visit.login(None));
    assert!(poll(&mut login).is_pending());
    assert_failure(wait(copy.login(None)), ErrorKind::InvalidArgument, "invalid_handle"); // it is in that call
    drop(login);
    assert_failure(wait(copy.login(None)), ErrorKind::InvalidArgument, "invalid_handle");
    // it has ended
}

/// Nor does a task that still waits keep the request when the response has begun.
#[test]
fn visit_that_ends_during_a_call() {
    let app = App::new(settings().client(|_| pending())).unwrap();
    let visit = Visit::new(page(&app));
    let copy = visit.clone();
    let mut login = Box::pin(visit.login(None));
    assert!(poll(&mut login).is_pending());
    assert!(copy.end().is_none());
    drop(login);
    assert!(copy.end().is_none());
}

/// A login with the program's client: as many exchanges as it takes, on the thread that polls.
#[test]
fn client_makes_all_exchanges() {
    let auth = TestApp::with_client(&[]).unwrap();
    wait(auth.app().preload()).unwrap();
    let request = begin(&auth, Some(ADA));
    assert_eq!(request.claim("email").unwrap().as_deref(), Some("ada@example.org"));
    let mut anonymous = begin(&auth, None);
    assert!(!wait(anonymous.require_login()).unwrap());
    assert!(header(&anonymous, "Location").unwrap().starts_with("https://provider.test/authorize?"));
}

#[test]
fn client_without_a_reply() {
    type Answer = fn() -> Result<Reply, stauth::BoxError>;
    let answers: [Answer; 3] = [
        || Err("down".into()),
        || Ok(Reply { status: 200, body: vec![b' '; 2 << 20], ..Reply::default() }),
        || Ok(Reply { status: 200, headers: vec![("A".to_owned(), "\0".to_owned())], ..Reply::default() }),
    ];
    for answer in answers {
        let app = App::new(settings().client(move |_| std::future::ready(answer()))).unwrap();
        let mut request = page(&app);
        let error = wait(request.login(None, LoginOptions::default())).unwrap_err();
        assert!(error.code() == "provider_unreachable" || error.code() == "response_too_large", "{}", error);
        assert_eq!(wait(app.preload()).unwrap_err().kind(), error.kind());
    }
}

#[test]
fn client_beside_a_transport() {
    let both = settings().client(|_| pending()).transport(|_| Err("down".into()));
    assert_eq!(App::new(both).unwrap_err().kind(), ErrorKind::InvalidArgument);
}

/// The program's panic is the program's: it reaches whoever waits, and the request can be dropped.
#[test]
fn client_that_panics() {
    let app = App::new(settings().client(|_| async { panic!("client") })).unwrap();
    let outcome = thread::spawn(move || {
        let mut request = page(&app);
        wait(request.login(None, LoginOptions::default()))
    });
    assert!(outcome.join().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_users_at_once() {
    for auth in [TestApp::new(&[]).unwrap(), TestApp::with_client(&[]).unwrap()] {
        let auth = Arc::new(auth);
        let tasks = (0..8).map(|number| {
            let auth = auth.clone();
            tokio::spawn(async move {
                let cookie = auth.sign_in(&format!(r#"{{"sub": "user-{}"}}"#, number)).unwrap();
                for _ in 0..100 {
                    let mut request = auth.app().request("GET", "/", [("Cookie", &cookie)]).unwrap();
                    assert!(request.begin().await.unwrap());
                    tokio::task::yield_now().await;
                    assert_eq!(request.claim("sub").unwrap().unwrap(), format!("user-{}", number));
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    }
}
