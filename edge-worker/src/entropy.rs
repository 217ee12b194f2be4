//! Random bytes, from Web Crypto.

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use worker::{Error, Result};

/// So many random bytes, fit for a secret.
pub(crate) fn random<const BYTES: usize>() -> Result<[u8; BYTES]> {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into());
    let crypto = get(&js_sys::global(), "crypto")?;
    let fill: Function = get(&crypto, "getRandomValues")?
        .dyn_into()
        .map_err(|_| Error::RustError("this platform has no Web Crypto".into()))?;
    let array = Uint8Array::new_with_length(BYTES as u32);
    fill.call1(&crypto, &array)?;
    let mut bytes = [0; BYTES];
    array.copy_to(&mut bytes);
    Ok(bytes)
}
