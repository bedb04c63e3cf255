//! Waiting: of a thread for a future, and of a future for a thread.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::callbacks::survive;
use crate::error::{Error, ErrorKind, Result};

thread_local! {
    /// Whether this thread may block, because it does nothing but wait for a future.
    static MAY_BLOCK: Cell<bool> = Cell::new(false);
}

/// Waits for a future of this crate: for programs without an executor. `stauth::wait(request.begin())?` makes all requests
/// to providers on this thread.
pub fn wait<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        let permission = Permission(MAY_BLOCK.with(|flag| flag.replace(true)));
        let polled = future.as_mut().poll(&mut context);
        drop(permission);
        match polled {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Restores what was before, even after a panic.
struct Permission(bool);

impl Drop for Permission {
    fn drop(&mut self) {
        MAY_BLOCK.with(|flag| flag.set(self.0));
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs what blocks on a thread of its own, so that the executor's need not wait.
pub(crate) async fn off_the_executor<Value: Send + 'static>(
    job: impl FnOnce() -> Result<Value> + Send + 'static,
) -> Result<Value> {
    if MAY_BLOCK.with(Cell::get) {
        return job();
    }
    let slot = Arc::new(Mutex::new(Slot::default()));
    let filled = slot.clone();
    let work = move || {
        let outcome = survive("a call", job).unwrap_or_else(|| Err(no_thread("the thread ended early")));
        let waker = {
            let mut slot = lock(&filled);
            slot.outcome = Some(outcome);
            slot.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    };
    let started = thread::Builder::new().name("stauth".to_owned()).spawn(work);
    started.map_err(|error| no_thread(&error.to_string()))?;
    Outcome(slot).await
}

struct Slot<Value> {
    outcome: Option<Result<Value>>,
    waker: Option<Waker>,
}

impl<Value> Default for Slot<Value> {
    fn default() -> Self {
        Self { outcome: None, waker: None }
    }
}

struct Outcome<Value>(Arc<Mutex<Slot<Value>>>);

impl<Value> Future for Outcome<Value> {
    type Output = Result<Value>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = lock(&self.0);
        if let Some(outcome) = slot.outcome.take() {
            return Poll::Ready(outcome);
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// What a lock protects is whole even after a panic.
pub(crate) fn lock<Value: ?Sized>(mutex: &Mutex<Value>) -> MutexGuard<'_, Value> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn no_thread(problem: &str) -> Error {
    Error::new(ErrorKind::Internal, "internal_error", 500, format!("no thread to call on: {}", problem))
}
