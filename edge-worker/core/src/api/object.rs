//! Reads JSON objects as what they are: by the names of their fields.
//!
//! A derived reader takes a list for an object, its members for the fields in their order. Nobody who sends a list means
//! that, and what was not meant is refused.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The object in a body, and nothing behind it.
///
/// # Errors
/// When it is no JSON, no object, or another one.
pub fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let object = object(&mut reader)?;
    reader.end().map(|()| object)
}

/// The object that a reader comes to.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(reader: D) -> Result<T, D::Error> {
    reader.deserialize_map(Fields(PhantomData))
}

/// For a field that may be left out.
pub(super) fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(reader)?.map(|Object(object)| object))
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        object(reader).map(Object)
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::api::{KeyBody, RollbackBody};
    use crate::site::Settings;

    #[test]
    fn an_object_is_read_by_its_names() {
        let key: KeyBody = read(br#" {"role":"owner","name":"ada"} "#).unwrap();
        assert_eq!((&*key.name, &*key.role), ("ada", "owner"));
        assert!(read::<RollbackBody>(b"{}").is_ok());
    }

    #[test]
    fn a_list_is_no_object_whatever_it_holds() {
        for list in ["[]", "[4]", r#"["ada","owner"]"#, "null", "7", "{}{}", "{} x", ""] {
            assert!(read::<RollbackBody>(list.as_bytes()).is_err(), "{list}");
            assert!(read::<KeyBody>(list.as_bytes()).is_err(), "{list}");
        }
        let refused =
            |body: &str| Settings::parse(body.as_bytes(), None).map_err(|faults| faults[0].path.clone());
        assert_eq!(refused(r#"[["https://a.example"]]"#), Err(String::new()));
        assert_eq!(refused(r#"{"origins":["https://a.example"]} {}"#), Err(String::new()));
        let desk = r#"{"origins":["https://a.example"],"desk":["mon-fri 09:00-18:00",[],2]}"#;
        assert_eq!(refused(desk), Err("desk".into()));
        let pressure = r#"{"origins":["https://a.example"],"pressure":["day",3]}"#;
        assert_eq!(refused(pressure), Err("pressure".into()));
    }
}
