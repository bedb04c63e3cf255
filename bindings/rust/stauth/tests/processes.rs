//! Processes that end, or fork, while requests run.
mod common;

use std::env;
use std::process::{self, Command};
use std::sync::mpsc::channel;
use std::thread;

use common::{begin, settings, ADA};
use stauth::testing::TestApp;
use stauth::{wait, App, LoginOptions};

/// This test as a process of its own, which does something else there.
fn again(test: &str) -> Option<process::Output> {
    if env::var_os("STAUTH_TEST_PROCESS").is_some() {
        return None;
    }
    let mut command = Command::new(env::current_exe().unwrap());
    Some(command.args(["--exact", test, "--nocapture"]).env("STAUTH_TEST_PROCESS", "1").output().unwrap())
}

#[test]
fn process_that_ends_while_requests_run() {
    for _ in 0..5 {
        match again("process_that_ends_while_requests_run") {
            Some(output) => assert_eq!(output.status.code(), Some(7), "{:?}", output),
            None => end_while_requests_run(),
        }
    }
}

fn end_while_requests_run() {
    let config = || settings().transport(|_| Err("down".into())).log(|_, _| ());
    let (app, (running, runs)) = (App::new(config()).unwrap(), channel());
    for _ in 0..8 {
        let (app, running) = (app.clone(), running.clone());
        thread::spawn(move || loop {
            let mut request = app.request("GET", "/", [("Host", "localhost:8501")]).unwrap();
            wait(request.begin()).unwrap();
            wait(request.login(None, LoginOptions::default())).unwrap_err();
            running.send(()).unwrap();
        });
    }
    for _ in 0..50 {
        runs.recv().unwrap();
    }
    process::exit(7);
}

extern "C" {
    fn fork() -> i32;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(status: i32) -> !;
}

/// A child goes on with the application, the request and the threads of its own, whatever other threads were doing.
#[test]
fn process_that_forks_while_requests_run() {
    match again("process_that_forks_while_requests_run") {
        Some(output) => assert!(output.status.success(), "{:?}", output),
        None => fork_while_requests_run(),
    }
}

fn fork_while_requests_run() {
    let auth = TestApp::new(&[]).unwrap();
    let app = auth.app();
    let cookie = auth.sign_in(ADA).unwrap();
    for _ in 0..2 {
        let (app, cookie) = (app.clone(), cookie.clone());
        thread::spawn(move || loop {
            assert!(app.user_from_cookie(&cookie).unwrap().is_logged_in());
        });
    }
    let mut request = begin(&auth, Some(ADA));
    for _ in 0..20 {
        let child = unsafe { fork() };
        if child == 0 {
            let knows = app.user_from_cookie(&cookie).map_or(false, |user| user.is_logged_in());
            let begins = tokio::runtime::Builder::new_current_thread().build().map_or(false, |runtime| {
                runtime.block_on(request.login(None, LoginOptions::default())).is_ok() && request.is_logged_in()
            });
            unsafe { _exit(if knows && begins { 0 } else { 1 }) };
        }
        let mut status = -1;
        assert_eq!((unsafe { waitpid(child, &mut status, 0) }, status), (child, 0));
    }
}
