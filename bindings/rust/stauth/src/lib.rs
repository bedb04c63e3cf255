//! Sign users in with any OpenID provider: the equivalent of Streamlit's `st.login`, `st.logout` and `st.user`.
//!
//! - [`App`] is made once, from `secrets.toml`; [`App::request`] is one HTTP request to the program.
//! - `hyper::Site` (feature "hyper") serves a whole program, and `tower::AuthLayer` (feature "tower") is a layer for axum
//!   and all that builds on tower. Handlers get a [`Visit`].
//! - Calls that may wait for a provider are futures. They block no executor: [`Config::client`] names a client of the
//!   program's; without one, such a call has a thread of its own. [`wait()`] is for programs without an executor.
//!
//! All pages, checks and log lines are those of `libstauth.so.0`.
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

mod app;
mod callbacks;
mod config;
mod error;
mod exchange;
mod gate;
#[cfg(feature = "hyper")]
pub mod hyper;
#[cfg(feature = "tower")]
mod page_body;
mod request;
mod steps;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tower")]
pub mod tower;
mod user;
mod visit;
mod wait;

pub use app::App;
pub use config::Config;
pub use error::{Error, ErrorKind, Result};
pub use exchange::{BoxError, Exchange, Level, Reply};
pub use gate::Gate;
pub use request::{Request, LONGEST_BODY};
pub use steps::LoginOptions;
pub use user::{AccessToken, User};
pub use visit::Visit;
pub use wait::wait;
