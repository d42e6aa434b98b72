//! REST methods over the socket: `{"event":"request","reqId":…,"method":…,"content":…}`.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::Deserialize;
use serde_json::value::RawValue;
use venue_transport::Key;
use venue_wire::Validate;
use venue_wire::operation::{Reply, Request};

use crate::{Error, Session};

/// Numbers of requests, one after the other for the whole process.
static NUMBERS: AtomicI64 = AtomicI64::new(1);

impl<K: Key> Session<K> {
    /// Makes the call of a REST method over the socket. The connection is signed already: no nonce,
    /// timestamp or signature is sent.
    ///
    /// # Errors
    ///
    /// See [`Error`]. A call that was sent and not answered is ambiguous where the spec says so.
    pub async fn call<R: Request + Validate>(&self, request: &R) -> Result<R::Response, Error> {
        self.call_for(request, Some).await
    }

    pub(crate) async fn call_for<R: Request + Validate, T>(
        &self,
        request: &R,
        pick: fn(R::Response) -> Option<T>,
    ) -> Result<T, Error> {
        self.inner().call(request, wrap, unwrap, pick).await
    }
}

fn wrap(method: &str, body: Vec<u8>) -> Vec<u8> {
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let method = serde_json::Value::from(method);
    let head = format!(r#"{{"event":"request","reqId":{number},"method":{method},"content":"#);
    let content = if body.is_empty() { &b"{}"[..] } else { &body };
    [head.as_bytes(), content, b"}"].concat()
}

/// Status and body as REST has them.
fn unwrap(answer: &[u8]) -> Option<Reply> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        reply: Option<&'a RawValue>,
        error: Option<i64>,
        #[serde(borrow)]
        param: Option<&'a RawValue>,
    }
    let answer: Answer<'_> = serde_json::from_slice(answer).ok()?;
    match (answer.error, answer.reply) {
        (None | Some(0), Some(reply)) => Some(Reply::new(200, reply.get().as_bytes())),
        (Some(0), None) => Some(Reply::new(200, br#"{"error":0}"#)),
        (Some(code), _) => {
            let param = answer.param.map(|json| format!(r#","param":{json}"#));
            let body = format!(r#"{{"error":{code}{}}}"#, param.unwrap_or_default());
            Some(Reply::new(400, body.as_bytes()))
        }
        (None, None) => None,
    }
}
