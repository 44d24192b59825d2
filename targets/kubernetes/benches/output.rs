//! Writing manifests: one service's objects, as many bytes a second as can be.

mod service;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use plat_kubernetes::output::{SourceMap, json, yaml};
use plat_model::Node;

fn main() {
    divan::main();
}

fn size(objects: &[Node<'_>], write: impl Fn(&mut Vec<u8>, &[Node<'_>])) -> BytesCount {
    let mut out = Vec::new();
    write(&mut out, objects);
    BytesCount::new(out.len())
}

fn write_yaml(out: &mut Vec<u8>, map: Option<&mut SourceMap>, objects: &[Node<'_>]) {
    let mut writer = yaml::Writer::new(out, map);
    for object in objects {
        writer.document(object).unwrap();
    }
}

#[divan::bench]
fn service_as_yaml(bencher: Bencher<'_, '_>) {
    let objects = service::objects();
    let mut out = Vec::new();
    bencher
        .counter(size(&objects, |out, objects| {
            write_yaml(out, None, objects);
        }))
        .bench_local(|| {
            out.clear();
            write_yaml(&mut out, None, black_box(&objects));
        });
}

#[divan::bench]
fn service_as_yaml_with_source_map(bencher: Bencher<'_, '_>) {
    let objects = service::objects();
    let mut out = Vec::new();
    bencher
        .counter(size(&objects, |out, objects| {
            write_yaml(out, None, objects);
        }))
        .bench_local(|| {
            out.clear();
            let mut map = SourceMap::new();
            write_yaml(&mut out, Some(&mut map), black_box(&objects));
            map
        });
}

#[divan::bench]
fn service_as_json(bencher: Bencher<'_, '_>) {
    let objects = service::objects();
    let write = |out: &mut Vec<u8>, objects: &[Node<'_>]| {
        for object in objects {
            json::write(out, None, object).unwrap();
        }
    };
    let mut out = Vec::new();
    bencher.counter(size(&objects, write)).bench_local(|| {
        out.clear();
        write(&mut out, black_box(&objects));
    });
}
