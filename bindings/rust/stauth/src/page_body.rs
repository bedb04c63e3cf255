use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, SizeHint};

/// The body of a response: the library's, or the program's.
pub struct PageBody<R>(Whose<R>);

enum Whose<R> {
    Library(Bytes),
    Program(Pin<Box<R>>),
}

impl<R> PageBody<R> {
    pub(crate) fn of_the_library(bytes: Bytes) -> Self {
        Self(Whose::Library(bytes))
    }

    pub(crate) fn of_the_program(body: R) -> Self {
        Self(Whose::Program(Box::pin(body)))
    }
}

impl<R: Body<Data = Bytes>> Body for PageBody<R> {
    type Data = Bytes;
    type Error = R::Error;

    fn poll_data(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, R::Error>>> {
        match &mut self.0 {
            Whose::Library(bytes) if bytes.is_empty() => Poll::Ready(None),
            Whose::Library(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Whose::Program(body) => body.as_mut().poll_data(context),
        }
    }

    fn poll_trailers(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<Option<HeaderMap>, R::Error>> {
        match &mut self.0 {
            Whose::Library(_) => Poll::Ready(Ok(None)),
            Whose::Program(body) => body.as_mut().poll_trailers(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Whose::Library(bytes) => bytes.is_empty(),
            Whose::Program(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Whose::Library(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Whose::Program(body) => body.size_hint(),
        }
    }
}

impl<R> fmt::Debug for PageBody<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PageBody")
    }
}
