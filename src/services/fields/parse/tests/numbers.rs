//! Counts, rupiah, decimals, coordinates.

use super::*;

#[test]
fn numbers_and_money() {
    json_table(
        &FieldKind::Number,
        &[
            (json!(0), Ok(json!(0))),
            (json!(999_999_999), Ok(json!(999_999_999))),
            (json!(1_000_000_000), Err("too_large")),
            (json!(u64::MAX), Err("too_large")),
            (json!(-1), Err("negative")),
            (json!(i64::MIN), Err("negative")),
            (json!(1.5), Err("number_invalid")),
            (json!(1e300), Err("number_invalid")),
            (json!("5"), Err("wrong_type")),
            (json!(true), Err("wrong_type")),
        ],
    );
    form_table(
        &FieldKind::Number,
        &[
            ("5", Ok(json!(5))),
            (" 1.250 ", Ok(json!(1250))),
            ("1.25", Err("number_invalid")),
            ("-3", Err("negative")),
            ("5 orang", Err("number_invalid")),
            ("99999999999999999999", Err("too_large")),
        ],
    );
    json_table(
        &FieldKind::Money,
        &[
            (json!(1_500_000), Ok(json!(1_500_000))),
            (json!(999_999_999_999_999_i64), Ok(json!(999_999_999_999_999_i64))),
            (json!(1_000_000_000_000_000_i64), Err("too_large")),
            (json!(-1), Err("negative")),
            (json!(0.5), Err("money_invalid")),
            (json!("1500000"), Err("wrong_type")),
        ],
    );
    form_table(
        &FieldKind::Money,
        &[
            ("1500000", Ok(json!(1_500_000))),
            ("Rp 1.500.000,00", Ok(json!(1_500_000))),
            ("Rp.1.500.000,-", Ok(json!(1_500_000))),
            ("1,500,000", Err("money_invalid")),
            ("15.00", Err("money_invalid")),
            ("satu juta", Err("money_invalid")),
        ],
    );
}

#[test]
fn decimals() {
    json_table(
        &FieldKind::Decimal,
        &[
            (json!("3.10"), Ok(json!("3.10"))),
            (json!("007"), Ok(json!("7"))),
            (json!("0.5"), Ok(json!("0.5"))),
            (json!("123456789012.123456"), Ok(json!("123456789012.123456"))),
            (json!("1234567890123"), Err("too_large")),
            (json!("0.1234567"), Err("too_large")),
            (json!("9".repeat(200_000)), Err("too_large")),
            (json!("-1.5"), Err("negative")),
            (json!("3,1"), Err("decimal_invalid")),
            (json!("1."), Err("decimal_invalid")),
            (json!(".5"), Err("decimal_invalid")),
            (json!("1e5"), Err("decimal_invalid")),
            (json!("NaN"), Err("decimal_invalid")),
            (json!(3.1), Err("wrong_type")),
        ],
    );
    form_table(
        &FieldKind::Decimal,
        &[
            ("3,15", Ok(json!("3.15"))),
            ("3.15", Ok(json!("3.15"))),
            ("1.250,5", Ok(json!("1250.5"))),
            ("1.250.000", Ok(json!("1250000"))),
            ("0.125", Ok(json!("0.125"))),
            ("1.250", Err("decimal_ambiguous")),
            ("1,2,3", Err("decimal_invalid")),
        ],
    );
}

#[test]
fn coordinates() {
    json_table(
        &FieldKind::Geo,
        &[
            (
                json!({ "lat": 2.987_123_456_789, "lon": -99.5 }),
                Ok(json!({ "lat": 2.987_123_5, "lon": -99.5 })),
            ),
            (
                json!({ "lat": 90, "lon": 180 }),
                Ok(json!({ "lat": 90.0, "lon": 180.0 })),
            ),
            (json!({ "lat": 90.1, "lon": 0 }), Err("geo_invalid")),
            (json!({ "lat": 1.0 }), Err("geo_invalid")),
            (json!({ "lat": "1.0", "lon": 1.0 }), Err("geo_invalid")),
            (json!({ "lat": 1.0, "lon": 1.0, "alt": 1.0 }), Err("geo_invalid")),
            (json!({ "lat": 1e308, "lon": 1.0 }), Err("geo_invalid")),
            (json!([1.0, 2.0]), Err("wrong_type")),
        ],
    );
    let typed = json!({ "lat": "2,98712", "lon": " 99.63245 " });
    assert_eq!(
        read(Origin::Form, &FieldKind::Geo, &typed),
        Ok(json!({ "lat": 2.98712, "lon": 99.63245 }))
    );
    assert_eq!(
        read(Origin::Form, &FieldKind::Geo, &json!({ "lat": "NaN", "lon": "inf" })),
        Err("geo_invalid")
    );
}
