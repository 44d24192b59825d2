//! Laws that hold for every number, checked on random ones.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;

fn rational() -> impl Strategy<Value = Rational> {
    let small = (-1_000i128..1_000, 1i128..1_000);
    let large = (any::<i128>(), 1..=i128::MAX);
    prop_oneof![small, large].prop_filter_map("does not fit", |(numerator, denominator)| {
        Rational::new(numerator, denominator).ok()
    })
}

fn small() -> impl Strategy<Value = Rational> {
    (-1_000_000i128..1_000_000, 1i128..10_000)
        .prop_map(|(numerator, denominator)| Rational::new(numerator, denominator).unwrap())
}

fn unit() -> impl Strategy<Value = Unit> {
    let money = proptest::sample::select(Currency::all().map(Unit::Money).collect::<Vec<_>>());
    prop_oneof![4 => proptest::sample::select(unit::UNITS.to_vec()), 1 => money]
}

fn number_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[1-9][0-9]{0,9}",
        "(0|[1-9][0-9]{0,5})\\.[0-9]{1,6}",
        "[1-9](_[0-9]){0,3}"
    ]
}

proptest! {
    #[test]
    fn addition_is_a_commutative_group(a in small(), b in small(), c in small()) {
        let sum = |x: Rational, y: Rational| x.checked_add(y).unwrap();
        prop_assert_eq!(sum(a, b), sum(b, a));
        prop_assert_eq!(sum(sum(a, b), c), sum(a, sum(b, c)));
        prop_assert_eq!(sum(a, -a), Rational::ZERO);
        prop_assert_eq!(a.checked_sub(b).unwrap(), -b.checked_sub(a).unwrap());
    }

    #[test]
    fn multiplication_distributes_and_has_inverses(a in small(), b in small(), c in small()) {
        let product = |x: Rational, y: Rational| x.checked_mul(y).unwrap();
        prop_assert_eq!(product(a, b), product(b, a));
        prop_assert_eq!(product(a, b.checked_add(c).unwrap()), product(a, b).checked_add(product(a, c)).unwrap());
        if !a.is_zero() {
            prop_assert_eq!(product(b, a).checked_div(a).unwrap(), b);
        }
    }

    #[test]
    fn nothing_panics_and_results_are_reduced(a in rational(), b in rational()) {
        for result in [a.checked_add(b), a.checked_sub(b), a.checked_mul(b), a.checked_div(b)].into_iter().flatten() {
            prop_assert_eq!(Rational::new(result.numerator(), result.denominator()), Ok(result));
        }
        let text = a.to_decimal_rounded(12);
        prop_assert!(text.len() <= 54, "{}", text);
        prop_assert!(a.to_f64().is_finite());
    }

    #[test]
    fn order_is_that_of_the_difference(a in small(), b in small()) {
        let difference = a.checked_sub(b).unwrap();
        prop_assert_eq!(a.cmp(&b), difference.cmp(&Rational::ZERO));
    }

    #[test]
    fn order_is_total_for_large_numbers(a in rational(), b in rational(), c in rational()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
        prop_assert_eq!(a.cmp(&b), (-b).cmp(&-a));
    }

    #[test]
    fn rounding_stays_within_one(a in rational()) {
        let [floor, ceil, nearest] = [Rounding::Floor, Rounding::Ceil, Rounding::HalfEven].map(|rounding| a.round(rounding));
        prop_assert!(floor <= nearest && nearest <= ceil);
        prop_assert_eq!(ceil - floor, i128::from(!a.is_whole()));
    }

    #[test]
    fn exact_decimals_read_back(whole in any::<i64>(), places in 0u32..18) {
        let value = Rational::new(i128::from(whole), 10i128.pow(places)).unwrap();
        let text = value.to_decimal().unwrap();
        prop_assert_eq!(Rational::from_decimal(&text), Ok(value));
        prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_f64().to_bits());
    }

    #[test]
    fn literals_read_back_to_the_same_value(number in number_text(), unit in unit()) {
        let value = parse_quantity(&format!("{number}{unit}")).unwrap().value;
        let text = match value {
            LiteralValue::Quantity(quantity) => quantity.to_literal().unwrap(),
            LiteralValue::Ratio(ratio) => ratio_literal(ratio).unwrap(),
        };
        prop_assert_eq!(parse_quantity(&text).unwrap().value, value, "{}", text);
    }

    #[test]
    fn any_literal_of_any_value_reads_back(value in rational(), unit in unit()) {
        let Some(dimension) = unit.dimension() else { return Ok(()) };
        let quantity = Quantity::new(value, dimension);
        if let Some(text) = quantity.to_literal() {
            prop_assert_eq!(parse_quantity(&text).unwrap().value, LiteralValue::Quantity(quantity), "{}", text);
        }
        prop_assert!(!quantity.to_string().is_empty());
    }

    #[test]
    fn kubernetes_text_reads_back_when_exact(thousandths in any::<i64>(), bytes in any::<i64>()) {
        let cores = Rational::new(i128::from(thousandths), 1000).unwrap();
        let text = Quantity::new(cores, Dimension::CPU).kubernetes_text().unwrap();
        prop_assert!(text.exact);
        prop_assert_eq!(parse_kubernetes(&text.value), Ok(cores));
        let bytes = Rational::whole(bytes);
        let text = Quantity::new(bytes, Dimension::BYTES).kubernetes_text().unwrap();
        prop_assert_eq!(parse_kubernetes(&text.value), Ok(bytes));
    }

    #[test]
    fn go_durations_add_up(nanoseconds in any::<i64>()) {
        let value = Rational::new(i128::from(nanoseconds), 1_000_000_000).unwrap();
        let text = Quantity::new(value, Dimension::DURATION).go_duration().unwrap().value;
        let mut total = 0i128;
        let mut number = 0i128;
        let mut unit = String::new();
        for symbol in text.trim_start_matches('-').chars().chain(['0']) {
            if symbol.is_ascii_digit() && !unit.is_empty() {
                let size = match unit.as_str() { "h" => 3_600_000_000_000, "m" => 60_000_000_000, "s" => 1_000_000_000, "ms" => 1_000_000, "us" => 1000, _ => 1 };
                total += number * size;
                (number, unit) = (0, String::new());
            }
            match symbol.to_digit(10) {
                Some(digit) => number = number * 10 + i128::from(digit),
                None => unit.push(symbol),
            }
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        prop_assert_eq!(sign * total, i128::from(nanoseconds), "{}", text);
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC{0,20}", digits in "[-+0-9._eEinumkKMGTP%]{0,60}") {
        for text in [&text, &digits] {
            if let Err(error) = parse_quantity(text) {
                prop_assert!(text.get(error.range.clone()).is_some(), "{:?}", error);
                prop_assert!(!error.help().is_empty());
            }
            let _ = (parse_kubernetes(text), Rational::from_decimal(text), respell(text, NamedDimension::Bytes));
        }
    }
}
