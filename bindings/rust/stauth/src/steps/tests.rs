use super::*;
use crate::testing::TestApp;
use crate::wait;
use std::future::Future;
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Wake, Waker};

struct Nothing;

impl Wake for Nothing {
    fn wake(self: Arc<Self>) {}
}

/// Borrowed from a request whose future is dropped before the thread has copied it.
#[test]
fn token_of_a_call_that_is_given_up() {
    let auth = TestApp::new(&[("auth.expose_tokens", "access")]).unwrap();
    let cookie = auth.sign_in("{}").unwrap();
    let mut request = auth.app().request("GET", "/", [("Cookie", cookie)]).unwrap();
    assert!(wait(request.begin()).unwrap());
    let expected = wait(request.access_token()).unwrap().token;
    let ((borrowed, was_borrowed), (given_up, was_given_up), (read, was_read)) = (channel(), channel(), channel());
    let mut asking = Box::pin(request.outcome(move |ticket| {
        let mut token = ptr::null();
        let action = action_of(|action, failure| unsafe {
            let (expiry, scope) = (ptr::null_mut(), ptr::null_mut());
            sys::st_request_access_token(ticket.handle(), action, &mut token, expiry, scope, failure)
        })?;
        borrowed.send(()).unwrap();
        was_given_up.recv().unwrap();
        read.send(unsafe { copied(token) }).unwrap();
        Ok((action, ()))
    }));
    let waker = Waker::from(Arc::new(Nothing));
    assert!(matches!(asking.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending));
    was_borrowed.recv().unwrap();
    drop(asking);
    given_up.send(()).unwrap();
    assert_eq!(was_read.recv().unwrap(), expected);
    assert_eq!(request.user(), crate::User::default());
}
