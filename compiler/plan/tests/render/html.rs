//! The page, as text and in a real browser.

use plat_plan::plan::Plan;
use plat_plan::render::html;

use crate::browser::Browser;
use crate::plans;

const SHOWN: &str = "return document.getElementById('shown').textContent";
const ENTRIES: &str = "return [...document.querySelectorAll('#changes details')].map((entry) => entry.innerText).join('\\n')";

#[test]
fn nothing_comes_from_outside_and_nothing_breaks_out() {
    for plan in [plans::hostile(), plans::data_loss(), plans::empty()] {
        let page = html(&plan);
        assert_eq!(page.matches("</script").count(), 2);
        assert_eq!(page.matches("<script").count(), 2);
        for forbidden in [
            " src=", " href=", "@import", "url(", "<!--", "<b> in", "\u{202e}",
        ] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn filters_change_what_is_shown() {
    let Some(browser) = Browser::open() else {
        return;
    };
    browser.load(&html(&plans::data_loss()));
    assert_eq!(
        browser.text("return document.title"),
        "4 objects of 2 services change in prod and staging"
    );
    assert_eq!(browser.text(SHOWN), "5 objects");

    browser.click("button[data-impact=exposure]");
    assert_eq!(browser.text(SHOWN), "1 of 5 objects");
    assert!(browser.text(ENTRIES).contains("checkout@prod/httproute"));
    assert_eq!(
        browser.text("return document.querySelector('button[data-impact=exposure]').ariaPressed"),
        "true"
    );
    browser.click("button[data-impact=exposure]");
    assert_eq!(browser.text(SHOWN), "5 objects");

    browser.click("select[name=environment] option:last-child");
    wait(&browser, "2 of 5 objects");
    browser.type_into("input[name=text]", "part-of");
    wait(&browser, "1 of 5 objects");
    browser.click("#changes summary");
    wait_for(&browser, ENTRIES, |open| {
        open.contains("metadata.labels[\"app.kubernetes.io/part-of\"]")
            && open.contains("payments/teams.plat:3")
    });
    browser.click("button[type=reset]");
    wait(&browser, "5 objects");

    // A box of the graph, by keyboard.
    browser.type_into(".node[data-search='checkout/orders']", "\u{e007}");
    wait(&browser, "1 of 5 objects");
    assert_eq!(browser.complaints(), serde_json::json!([]));
}

/// Filters wait a moment for more typing.
fn wait(browser: &Browser, expected: &str) {
    wait_for(browser, SHOWN, |text| text == expected);
}

/// What a script says, as soon as it is what is waited for.
fn wait_for(browser: &Browser, script: &str, is_there: impl Fn(&str) -> bool) {
    let mut text = String::new();
    for _ in 0..250 {
        text = browser.text(script);
        if is_there(&text) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("{script}: {text}");
}

#[test]
fn hostile_values_are_only_text() {
    let Some(browser) = Browser::open() else {
        return;
    };
    browser.load(&html(&plans::hostile()));
    browser.run("for (const entry of document.querySelectorAll('details')) entry.open = true");
    wait_for(&browser, "return document.body.innerText", |text| {
        text.contains("<!-- platc-plan --> </script><script>alert(1)</script>")
    });
    assert_eq!(browser.text("return String(document.querySelectorAll('#changes b, #changes i, #changes script, a, img').length)"), "0");
    assert_eq!(browser.complaints(), serde_json::json!([]));
}

#[test]
fn a_large_plan_opens() {
    let Some(browser) = Browser::open() else {
        return;
    };
    browser.load(&html(&plans::huge(2_000)));
    assert_eq!(browser.text(SHOWN), "14,021 objects");
    let boxes: usize = browser
        .text("return String(document.querySelectorAll('.node').length)")
        .parse()
        .unwrap();
    assert!((2..=60).contains(&boxes), "{boxes}");
    browser.click("select[name=owner] option:nth-child(3)");
    wait(&browser, "98 of 14,021 objects");
    assert_eq!(browser.complaints(), serde_json::json!([]));
}

#[test]
fn it_fits_narrow_windows_and_both_schemes() {
    let Some(browser) = Browser::open() else {
        return;
    };
    let plans: [(&str, Plan); 4] = [
        ("data-loss", plans::data_loss()),
        ("delete-and-rename", plans::delete_and_rename()),
        ("hostile", plans::hostile()),
        ("capability-default", plans::capability_default()),
    ];
    for (name, plan) in plans {
        let page = html(&plan);
        browser.load(&page);
        if let Some(folder) = std::env::var_os("PLAT_PICTURES") {
            std::fs::write(
                std::path::Path::new(&folder).join(format!("{name}.html")),
                &page,
            )
            .unwrap();
        }
        let mut backgrounds = Vec::new();
        for (width, height, scheme) in [
            (1280, 1000, "light"),
            (1280, 1000, "dark"),
            (390, 844, "light"),
            (390, 844, "dark"),
        ] {
            browser.looks(width, height, scheme);
            let overflow = browser.text("return String(document.documentElement.scrollWidth - document.documentElement.clientWidth)");
            assert_eq!(overflow, "0", "{name} {width} {scheme}");
            backgrounds
                .push(browser.text("return getComputedStyle(document.body).backgroundColor"));
            if let Some(folder) = std::env::var_os("PLAT_PICTURES") {
                let file = std::path::Path::new(&folder)
                    .join(format!("{name}-{width}-{scheme}.png.base64"));
                std::fs::write(file, browser.picture()).unwrap();
            }
        }
        assert_ne!(backgrounds[0], backgrounds[1]);
    }
}
