//! The names and shapes of CatBoost's JSON form, before anything is made of them.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::features::Treatment;
use super::loss::{Classes, Parameters};

// Where a name could change what the numbers mean, names that are not known are refused, not skipped.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Top<'a> {
    pub features_info: Features<'a>,
    pub model_info: Info,
    pub scale_and_bias: Option<(f64, Numbers)>,
    #[serde(borrow)]
    pub oblivious_trees: Option<Vec<Symmetric<'a>>>,
    #[serde(borrow)]
    pub trees: Option<Vec<Branch<'a>>>,
    #[serde(default, deserialize_with = "tables")]
    pub ctr_data: Vec<(String, CtrData)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Features<'a> {
    #[serde(default, deserialize_with = "listed")]
    pub float_features: Vec<Float>,
    #[serde(default, deserialize_with = "listed")]
    pub categorical_features: Vec<Categorical>,
    #[serde(default, deserialize_with = "listed")]
    pub text_features: Vec<OtherFeature>,
    #[serde(default, deserialize_with = "listed")]
    pub embedding_features: Vec<OtherFeature>,
    #[serde(default, deserialize_with = "listed")]
    pub cat_features_hash: Vec<Text>,
    #[serde(borrow, default, deserialize_with = "listed")]
    pub ctrs: Vec<CtrFeature<'a>>,
}

/// A list, which CatBoost writes as null where it is empty.
fn listed<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// The tables by name, none of them lost if a name is there twice; null where there are none.
fn tables<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, CtrData)>, D::Error> {
    struct Read;
    impl<'de> Visitor<'de> for Read {
        type Value = Vec<(String, CtrData)>;
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("tables by name")
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }
        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut tables = Vec::new();
            while let Some(entry) = map.next_entry()? {
                tables.push(entry);
            }
            Ok(tables)
        }
    }
    from.deserialize_any(Read)
}

#[derive(Deserialize)]
pub(super) struct Float {
    #[serde(default)]
    pub feature_id: String,
    pub feature_index: usize,
    pub flat_feature_index: usize,
    pub borders: Option<Vec<f32>>,
    pub has_nans: bool,
    pub nan_value_treatment: Treatment,
}

#[derive(Deserialize)]
pub(super) struct Categorical {
    #[serde(default)]
    pub feature_id: String,
    pub feature_index: usize,
    pub flat_feature_index: usize,
    pub values: Option<Vec<i32>>,
    pub string_values: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct OtherFeature {
    #[serde(default)]
    pub feature_id: String,
    pub flat_feature_index: usize,
}

/// The text of a hash.
#[derive(Deserialize)]
pub(super) struct Text {
    pub hash: u32,
    pub value: String,
}

#[derive(Deserialize)]
pub(super) struct CtrFeature<'a> {
    #[serde(borrow)]
    pub elements: Vec<Element<'a>>,
    #[serde(borrow)]
    pub ctr_type: Cow<'a, str>,
    pub target_border_idx: usize,
    pub prior_numerator: f32,
    pub prior_denomerator: f32,
    pub shift: f32,
    pub scale: f32,
    pub borders: Option<Vec<f32>>,
}

/// One part of a combination.
#[derive(Deserialize)]
pub(super) struct Element<'a> {
    #[serde(borrow)]
    pub combination_element: Cow<'a, str>,
    pub cat_feature_index: Option<usize>,
    pub float_feature_index: Option<usize>,
    pub border: Option<f32>,
    pub value: Option<i32>,
}

/// What the name of a table says, itself JSON.
#[derive(Deserialize)]
pub(super) struct Identifier<'a> {
    #[serde(borrow)]
    pub identifier: Vec<Element<'a>>,
    #[serde(borrow, rename = "type")]
    pub kind: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CtrData {
    pub hash_map: Option<Vec<Entry>>,
    pub hash_stride: usize,
    #[serde(default)]
    pub counter_denominator: i32,
}

/// A hash, written as text, or a count.
#[derive(Clone, Copy)]
pub(super) enum Entry {
    Hash(u64),
    Count(f64),
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Entry;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a hash as text, or a count")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Entry, E> {
                text.parse().map(Entry::Hash).map_err(|_| E::custom(format!("the hash `{text}`")))
            }
            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Entry, E> {
                Ok(Entry::Count(count as f64))
            }
            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Entry, E> {
                Ok(Entry::Count(count as f64))
            }
            fn visit_f64<E: de::Error>(self, count: f64) -> Result<Entry, E> {
                Ok(Entry::Count(count))
            }
        }
        deserializer.deserialize_any(Read)
    }
}

#[derive(Deserialize)]
pub(super) struct Info {
    #[serde(default)]
    pub catboost_version_info: String,
    pub params: Option<Parameters>,
    pub loss_function: Option<String>,
    pub class_params: Option<Classes>,
    pub multiclass_params: Option<Classes>,
}

/// One number, or one an output.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Numbers {
    One(f64),
    Many(Vec<f64>),
}

impl Numbers {
    pub fn all(&self) -> &[f64] {
        match self {
            Numbers::One(one) => std::slice::from_ref(one),
            Numbers::Many(many) => many,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Symmetric<'a> {
    #[serde(borrow)]
    pub splits: Option<Vec<RawSplit<'a>>>,
    /// Leaf by leaf, the outputs of a leaf side by side.
    pub leaf_values: Vec<f64>,
    pub leaf_weights: Option<Vec<f64>>,
}

/// A node of a tree that is not symmetric: a split with both sides, or a value with its weight.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Branch<'a> {
    #[serde(borrow)]
    pub split: Option<RawSplit<'a>>,
    #[serde(borrow)]
    pub left: Option<Box<Branch<'a>>>,
    #[serde(borrow)]
    pub right: Option<Box<Branch<'a>>>,
    pub value: Option<Numbers>,
    pub weight: Option<f64>,
}

/// The number of a test, and once more what it asks.
#[derive(Deserialize)]
pub(super) struct RawSplit<'a> {
    #[serde(borrow)]
    pub split_type: Cow<'a, str>,
    pub split_index: usize,
    pub float_feature_index: Option<usize>,
    pub cat_feature_index: Option<usize>,
    pub value: Option<i32>,
    pub border: Option<f32>,
    pub ctr_target_border_idx: Option<usize>,
}
