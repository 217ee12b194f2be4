//! What any worker on this runtime costs, for `cargo dev bench edge`: a route that answers, and an object that writes
//! one row before it does.
//!
//! Takes a body as the product does, spreads its calls over as many objects, and answers a body of like size; does
//! nothing else.

use js_sys::Uint8Array;
use worker::{
    Context, DurableObject, Env, Method, Request, RequestInit, Response, Result, State, durable_object, event,
};

/// `POST /route` is answered at once; `POST /object/NAME` by the object of this name.
#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> Result<Response> {
    let path = request.path();
    let body = request.bytes().await?;
    let Some(name) = path.strip_prefix("/object/") else {
        return answer(&body);
    };
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(Uint8Array::from(body.as_slice()).into()));
    let call = Request::new_with_init("https://object/", &init)?;
    env.durable_object("BARE")?.get_by_name(name)?.fetch_with_request(call).await
}

/// An object that keeps the last body it was sent.
#[durable_object]
pub struct Bare {
    state: State,
}

impl DurableObject for Bare {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        // Once for each start of the object; when it fails, so does the write that follows.
        let made = sql.exec("CREATE TABLE IF NOT EXISTS kept (id BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID", None);
        drop(made);
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let body = request.bytes().await?;
        let key = body[..body.len().min(16)].to_vec();
        self.state.storage().sql().exec(
            "INSERT INTO kept (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = ?2",
            vec![key.into(), body.clone().into()],
        )?;
        answer(&body)
    }
}

/// As long as a usual reply.
fn answer(body: &[u8]) -> Result<Response> {
    Response::from_bytes(body[..body.len().min(64)].to_vec())
}
