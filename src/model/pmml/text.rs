//! Functions of texts. A row holds a text's place among those that the file knows, so they are tables over the texts
//! that an argument may be; where a field may be any text, there is no such table.

use super::expression::{Expression, Shared, Type, UNKNOWN, Value};
use super::function::Function;
use super::read::{Reader, Refusal, no};
use super::transformation::value;

/// Combinations of texts that a function is tabulated over.
const MOST: usize = 10_000;

/// The value of a function of texts; none if the name is not one's.
pub fn apply(reader: &Reader<'_>, name: &str, of: &[Shared]) -> Result<Option<Shared>, Refusal> {
    let such = || no(format!("the function `{name}` of such values"));
    let constant = |of: &Shared| {
        let x = of.of(&|_| f64::NAN);
        match of.sources.is_empty() && of.ty.is_number() && x.fract() == 0.0 {
            true => Ok(x),
            false => Err(no(format!("the function `{name}` with a place that is no constant"))),
        }
    };
    let one = |change: &dyn Fn(&str) -> String| match of {
        [text] => tabulated(
            reader,
            name,
            std::slice::from_ref(text),
            &|texts| Some(reader.code(&change(texts.first()?))),
            Type::Text,
        ),
        _ => Err(such()),
    };
    let result = match (name, of) {
        ("uppercase", _) => one(&str::to_uppercase)?,
        ("lowercase", _) => one(&str::to_lowercase)?,
        ("trimBlanks", _) => one(&|text| text.trim().to_owned())?,
        ("stringLength", [text]) => {
            let length = |texts: &[String]| Some(texts.first()?.encode_utf16().count() as f64);
            tabulated(reader, name, std::slice::from_ref(text), &length, Type::Integer)?
        }
        ("substring", [text, start, length]) => {
            let (start, length) = (constant(start)?, constant(length)?);
            if !(start >= 1.0 && length >= 0.0) {
                return Err(such());
            }
            let part = |texts: &[String]| {
                let units = texts.first()?.encode_utf16();
                let units: Vec<u16> =
                    units.skip(start as usize - 1).take(length as usize).collect();
                Some(reader.code(&String::from_utf16(&units).ok()?))
            };
            tabulated(reader, name, std::slice::from_ref(text), &part, Type::Text)?
        }
        ("concat", [_, ..]) => {
            // A missing text is passed over.
            let nothing = reader.code("");
            let filled = of.iter().map(|of| value(Expression::Filled(of.clone(), nothing), of.ty));
            let of = filled.collect::<Result<Vec<_>, _>>()?;
            let together = |texts: &[String]| Some(reader.code(&texts.concat()));
            tabulated(reader, name, &of, &together, Type::Text)?
        }
        ("stringLength" | "substring" | "concat", _) => return Err(such()),
        _ => return Ok(None),
    };
    Ok(Some(result))
}

/// A function's value for every combination of the texts that its arguments may be.
fn tabulated(
    reader: &Reader<'_>,
    name: &str,
    of: &[Shared],
    function: &dyn Fn(&[String]) -> Option<f64>,
    ty: Type,
) -> Result<Shared, Refusal> {
    if of.iter().any(|of| of.ty != Type::Text) {
        return Err(no(format!("the function `{name}` of values that are no texts")));
    }
    let mut rows: Vec<(Vec<f64>, Vec<String>)> = vec![(vec![], vec![])];
    for of in of {
        let codes = alternatives(reader, of).ok_or_else(|| {
            no(format!("the function `{name}` of a field whose texts the file does not list"))
        })?;
        if rows.len().saturating_mul(codes.len()) > MOST {
            return Err(no(format!(
                "the function `{name}` of more than {MOST} combinations of texts"
            )));
        }
        let mut longer = Vec::new();
        for (keys, texts) in &rows {
            for code in &codes {
                let Some(text) = reader.text(*code) else { continue };
                let (mut keys, mut texts) = (keys.clone(), texts.clone());
                keys.push(*code);
                texts.push(text);
                longer.push((keys, texts));
            }
        }
        rows = longer;
    }
    let mut table = Vec::new();
    for (keys, texts) in rows {
        // What grows from text to text would fill the memory.
        if texts.iter().map(String::len).sum::<usize>() > MOST {
            return Err(no(format!("the function `{name}` of texts of more than {MOST} bytes")));
        }
        let result = function(&texts);
        let result = result.ok_or_else(|| no(format!("the function `{name}` within a letter")))?;
        table.push((keys, result));
    }
    value(Expression::Table(of.to_vec(), table, f64::NAN), ty)
}

/// The texts that a value may be, by their codes; none if it may be one that the file does not know.
fn alternatives(reader: &Reader<'_>, of: &Value) -> Option<Vec<f64>> {
    let mut codes: Vec<f64> = match &of.expression {
        Expression::Constant(x) => vec![*x],
        // The last value is that of an unknown text, which only an open field has.
        Expression::Level(feature, _) if reader.is_open(*feature) => return None,
        Expression::Level(_, values) => values.clone(),
        Expression::Filled(of, x) => {
            let mut codes = alternatives(reader, of)?;
            codes.push(*x);
            codes
        }
        Expression::Same(of) | Expression::Without(of, _) => alternatives(reader, of)?,
        Expression::Bins(_, bins, other) => bins.iter().map(|(_, x)| *x).chain([*other]).collect(),
        Expression::Table(_, rows, other) => rows.iter().map(|(_, x)| *x).chain([*other]).collect(),
        Expression::Apply(Function::If, of) => {
            let of = of.iter().skip(1).map(|of| alternatives(reader, of));
            of.collect::<Option<Vec<_>>>()?.concat()
        }
        Expression::Where(_, then, other) => {
            [alternatives(reader, then)?, alternatives(reader, other)?].concat()
        }
        _ => return None,
    };
    codes.retain(|code| !code.is_nan() && *code != UNKNOWN);
    codes.sort_by(f64::total_cmp);
    codes.dedup();
    Some(codes)
}
