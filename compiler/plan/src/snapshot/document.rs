//! The document: its own types, so that a state may change without its recordings.

use std::borrow::Cow;

use plat_model::change::ChangeRules;
use plat_model::tree::SourceId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::body::{Veil, hex, json, tree, unhex};
use super::{ReadError, SCHEMA};
use crate::state::{
    Declaration, DeclarationName, Edge, Environment, Instance, ObjectState, Source, State,
};

type Text<'a> = Cow<'a, str>;

/// What a document is.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) schema: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Document<'a> {
    schema: Text<'a>,
    /// Of the state: over every instance's address and digest.
    hash: Text<'a>,
    environments: Vec<EnvironmentDto<'a>>,
    declarations: Vec<DeclarationDto<'a>>,
    instances: Vec<InstanceDto<'a>>,
}

#[derive(Serialize, Deserialize)]
struct EnvironmentDto<'a> {
    name: Text<'a>,
    production: bool,
}

#[derive(Serialize, Deserialize)]
struct DeclarationDto<'a> {
    kind: Text<'a>,
    name: Text<'a>,
    owner: Option<Text<'a>>,
    system: Option<Text<'a>>,
    capability: Option<Text<'a>>,
    source: Option<PlaceDto<'a>>,
    edges: Vec<EdgeDto<'a>>,
    digest: Text<'a>,
    nameless: Text<'a>,
}

#[derive(Serialize, Deserialize)]
struct PlaceDto<'a> {
    path: Text<'a>,
    line: u32,
    /// The declaration around it, where that is not clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Text<'a>>,
    foreign: bool,
}

#[derive(Serialize, Deserialize)]
struct EdgeDto<'a> {
    alias: Text<'a>,
    kind: Text<'a>,
    target: Text<'a>,
    environments: Vec<Text<'a>>,
}

#[derive(Serialize, Deserialize)]
struct InstanceDto<'a> {
    kind: Text<'a>,
    name: Text<'a>,
    environment: Text<'a>,
    digest: Text<'a>,
    /// Places in `declarations`.
    reads: Cow<'a, [u32]>,
    objects: Vec<ObjectDto<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ObjectDto<'a> {
    path: Text<'a>,
    api_version: Text<'a>,
    kind: Text<'a>,
    namespace: Text<'a>,
    name: Text<'a>,
    /// Where it is emitted.
    source: Option<PlaceDto<'a>>,
    body: Value,
}

impl<'a> Document<'a> {
    pub(super) fn of(state: &'a State, rules: &dyn ChangeRules) -> Self {
        Self {
            schema: SCHEMA.into(),
            hash: state.hash().to_string().into(),
            environments: state
                .environments
                .iter()
                .map(|environment| EnvironmentDto {
                    name: text(&environment.name),
                    production: environment.production,
                })
                .collect(),
            declarations: state.declarations.iter().map(declaration_dto).collect(),
            instances: state
                .instances
                .iter()
                .map(|instance| instance_dto(state, instance, rules))
                .collect(),
        }
    }

    pub(super) fn state(self) -> Result<State, ReadError> {
        let mut state = State {
            environments: self
                .environments
                .into_iter()
                .map(|environment| Environment {
                    name: environment.name.into(),
                    production: environment.production,
                })
                .collect(),
            declarations: { self.declarations }
                .into_iter()
                .map(declaration)
                .collect::<Result<_, _>>()?,
            ..State::default()
        };
        for dto in self.instances {
            let instance = instance(dto, &mut state.sources)?;
            state.instances.push(instance);
        }
        state.instances.sort_by(|a, b| {
            (&a.declaration, &a.environment).cmp(&(&b.declaration, &b.environment))
        });
        if state.hash().to_string() != self.hash {
            let why =
                "it was changed by hand: its instances are not those that its hash stands for";
            return Err(ReadError::Inconsistent(why.to_owned()));
        }
        Ok(state)
    }
}

fn text(text: &str) -> Text<'_> {
    Cow::Borrowed(text)
}

fn optional(text: Option<&str>) -> Option<Text<'_>> {
    text.map(Cow::Borrowed)
}

fn declaration_dto(declaration: &Declaration) -> DeclarationDto<'_> {
    DeclarationDto {
        kind: text(&declaration.name.kind),
        name: text(&declaration.name.name),
        owner: optional(declaration.owner.as_deref()),
        system: optional(declaration.system.as_deref()),
        capability: optional(declaration.capability.as_deref()),
        source: declaration.source.as_ref().map(|source| PlaceDto {
            kind: None,
            name: None,
            ..place(source)
        }),
        edges: declaration
            .edges
            .iter()
            .map(|edge| EdgeDto {
                alias: text(&edge.alias),
                kind: text(&edge.kind),
                target: text(&edge.target),
                environments: edge.environments.iter().map(|name| text(name)).collect(),
            })
            .collect(),
        digest: hex(&declaration.digest).into(),
        nameless: hex(&declaration.nameless).into(),
    }
}

fn place(source: &Source) -> PlaceDto<'_> {
    PlaceDto {
        path: text(&source.path),
        line: source.line,
        kind: Some(text(&source.declaration.kind)),
        name: Some(text(&source.declaration.name)),
        foreign: source.foreign,
    }
}

fn instance_dto<'a>(
    state: &'a State,
    instance: &'a Instance,
    rules: &dyn ChangeRules,
) -> InstanceDto<'a> {
    let object = |object: &'a ObjectState| {
        let veil = Veil {
            rules,
            api_version: &object.api_version,
            kind: &object.kind,
        };
        let source = object.body.source;
        ObjectDto {
            path: text(&object.path),
            api_version: text(&object.api_version),
            kind: text(&object.kind),
            namespace: text(&object.namespace),
            name: text(&object.name),
            source: source
                .and_then(|source| state.sources.get(source.0 as usize))
                .map(place),
            body: json(&object.body, &veil),
        }
    };
    InstanceDto {
        kind: text(&instance.declaration.kind),
        name: text(&instance.declaration.name),
        environment: text(&instance.environment),
        digest: hex(&instance.digest).into(),
        reads: Cow::Borrowed(&instance.reads),
        objects: instance.objects.iter().flatten().map(object).collect(),
    }
}

fn declaration(dto: DeclarationDto<'_>) -> Result<Declaration, ReadError> {
    let name = DeclarationName {
        kind: dto.kind.into(),
        name: dto.name.into(),
    };
    Ok(Declaration {
        source: dto.source.map(|place| source(place, Some(&name))),
        owner: dto.owner.map(Into::into),
        system: dto.system.map(Into::into),
        capability: dto.capability.map(Into::into),
        edges: dto
            .edges
            .into_iter()
            .map(|edge| Edge {
                alias: edge.alias.into(),
                kind: edge.kind.into(),
                target: edge.target.into(),
                environments: edge.environments.into_iter().map(Into::into).collect(),
            })
            .collect(),
        digest: digest(&dto.digest)?,
        nameless: digest(&dto.nameless)?,
        text: None,
        name,
    })
}

fn source(place: PlaceDto<'_>, around: Option<&DeclarationName>) -> Source {
    let declaration = match (place.kind, place.name, around) {
        (Some(kind), Some(name), _) => DeclarationName {
            kind: kind.into(),
            name: name.into(),
        },
        (_, _, Some(around)) => around.clone(),
        _ => DeclarationName {
            kind: Box::default(),
            name: Box::default(),
        },
    };
    Source {
        path: place.path.into(),
        line: place.line,
        declaration,
        foreign: place.foreign,
    }
}

fn instance(dto: InstanceDto<'_>, sources: &mut Vec<Source>) -> Result<Instance, ReadError> {
    let objects = dto.objects.into_iter().map(|object| {
        let mut body = tree(&object.body);
        body.source = object.source.map(|place| {
            sources.push(source(place, None));
            SourceId(u32::try_from(sources.len() - 1).unwrap_or(u32::MAX))
        });
        ObjectState {
            path: object.path.into(),
            api_version: object.api_version.into(),
            kind: object.kind.into(),
            namespace: object.namespace.into(),
            name: object.name.into(),
            schema: None,
            body,
        }
    });
    Ok(Instance {
        declaration: DeclarationName {
            kind: dto.kind.into(),
            name: dto.name.into(),
        },
        environment: dto.environment.into(),
        objects: Some(objects.collect()),
        digest: digest(&dto.digest)?,
        reads: dto.reads.into_owned(),
    })
}

fn digest(text: &str) -> Result<plat_model::tree::Digest, ReadError> {
    unhex(text).ok_or_else(|| ReadError::Inconsistent(format!("`{text}` is no digest")))
}
