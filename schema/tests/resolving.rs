//! What a sound spec becomes: ids, defaults, inherited provenance, places.

use venue_schema::ir::{
    Api, Condition, Evidence, JsonKind, Layout, Literal, Need, Part, Place, Presence, Recipe,
    Status, Target, Test, TypeKind, TypeRef,
};

const FILES: [(&str, &str); 3] = [
    // Not in the order of reading: `read` sees to that.
    ("small/trading.toml", include_str!("small/trading.toml")),
    ("small/types.toml", include_str!("small/types.toml")),
    ("small/api.toml", include_str!("small/api.toml")),
];

fn small() -> Api {
    let files = FILES.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let (api, found) = venue_schema::read(files.to_vec());
    let errors: Vec<_> = found
        .iter()
        .map(|it| (&it.primary.path, it.primary.location.line, &it.message))
        .collect();
    api.unwrap_or_else(|| panic!("{errors:#?}"))
}

fn kind<'a>(api: &'a Api, name: &str) -> &'a TypeKind {
    &api.types.iter().find(|ty| ty.name == name).unwrap().kind
}

fn text(text: &str) -> Literal {
    Literal::Str(text.to_owned())
}

#[test]
fn files_are_read_in_order_and_ids_follow_the_kind() {
    let api = small();
    let sections: Vec<&str> = api.sections.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(sections, ["api", "types", "trading"]);
    let ids: Vec<&str> = api.types.iter().map(|it| it.meta.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "small.type.price",
            "small.type.amount",
            "small.enum.side",
            "small.enum.flags",
            "small.type.level",
            "small.type.order",
            "small.type.refusal",
            "small.type.event"
        ]
    );
    let metas = api
        .operations
        .iter()
        .map(|it| &it.meta)
        .chain(api.messages.iter().map(|it| &it.meta));
    let ids: Vec<&str> = metas.map(|it| it.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "small.get-order",
            "small.orders.create",
            "small.msg.level",
            "small.feed.book.data",
            "small.msg.anything"
        ]
    );
}

#[test]
fn provenance_is_inherited_key_by_key() {
    let api = small();
    let TypeKind::Record(order) = kind(&api, "Order") else {
        panic!()
    };
    let price = &order.fields[2].provenance;
    assert_eq!(price.source, "https://example.com/trading");
    assert_eq!(price.as_of.as_deref(), Some("2024-06-01"));
    let TypeKind::Enum(side) = kind(&api, "Side") else {
        panic!()
    };
    let evidence: Vec<Evidence> = side
        .values
        .iter()
        .map(|it| it.provenance.evidence)
        .collect();
    assert_eq!(evidence, [Evidence::Observed, Evidence::Inferred]);
    assert_eq!(side.values[0].provenance.source, "https://example.com/side");
    assert_eq!(
        api.limits[0].meta.provenance.source,
        "https://example.com/docs"
    );
    let sources: Vec<&str> = api
        .examples
        .iter()
        .map(|it| it.provenance.source.as_str())
        .collect();
    assert_eq!(
        sources,
        [
            "https://example.com/trading",
            "https://example.com/example",
            "https://example.com/trading"
        ]
    );
}

#[test]
fn types_get_their_defaults() {
    let api = small();
    let TypeKind::Scalar(price) = kind(&api, "Price") else {
        panic!()
    };
    assert_eq!(price.base, TypeRef::Int(venue_schema::ir::IntKind::U64));
    assert_eq!(
        (price.scale, price.unit.as_deref()),
        (Some(8), Some("quote currency"))
    );
    let bounds = (
        price.constraints.min.as_deref(),
        price.constraints.max.as_deref(),
    );
    assert_eq!(bounds, (Some("1"), Some("1000")));

    let TypeKind::Enum(side) = kind(&api, "Side") else {
        panic!()
    };
    assert_eq!(side.values[0].wire, text("Buy"));
    assert_eq!(side.values[1].spelling_of, Some(0));
    let TypeKind::Enum(flags) = kind(&api, "Flags") else {
        panic!()
    };
    assert_eq!(
        flags.values.iter().map(|it| it.mask).collect::<Vec<_>>(),
        [Some(3), Some(4)]
    );

    let TypeKind::Record(level) = kind(&api, "Level") else {
        panic!()
    };
    assert_eq!(level.layout, Layout::Array);
    assert_eq!(level.fields[0].constant, Some(text("L")));
    assert_eq!(level.fields[0].ty, TypeRef::String);

    let TypeKind::Record(order) = kind(&api, "Order") else {
        panic!()
    };
    assert_eq!(order.fields[1].wire, "orderSide");
    assert_eq!(order.fields[3].presence, Presence::OptionalNullable);
    let rule = &order.rules[0];
    assert_eq!(rule.when[0].values, [text("Buy")]);
    assert!(
        rule.when[1].values.is_empty()
            && matches!(&rule.need, Need::AtLeastOne(of) if *of == [2, 3])
    );
}

#[test]
fn matches_are_stated_or_the_constants_of_the_type() {
    let api = small();
    let TypeKind::Union(event) = kind(&api, "Event") else {
        panic!()
    };
    let whole = Condition {
        at: Place::Whole,
        test: Test::Kind(JsonKind::Array),
    };
    let tag = Condition {
        at: Place::Element(0),
        test: Test::Equals(vec![text("L")]),
    };
    assert_eq!(event.variants[0].matches.conditions, [whole, tag.clone()]);
    let order = &event.variants[1].matches.conditions;
    assert_eq!(
        order[0],
        Condition {
            at: Place::Member("id".to_owned()),
            test: Test::Present
        }
    );
    assert_eq!(order[1].test, Test::Equals(vec![text("Buy"), text("BUY")]));
    assert!(event.variants[2].matches.conditions.is_empty());
    assert_eq!(api.messages[0].matches.conditions, [tag]);
    let Test::Template(template) = &api.messages[1].matches.conditions[0].test else {
        panic!()
    };
    assert_eq!(
        template.parts,
        [
            Part::Text("side.".to_owned()),
            Part::Hole("pair".to_owned())
        ]
    );
    assert_eq!(api.received(0), [0, 1, 2]);
}

#[test]
fn operations_and_feeds_find_what_they_name() {
    let api = small();
    let [get, create] = api.operations.as_slice() else {
        panic!()
    };
    assert_eq!((get.server, create.server), (0, 1));
    assert_eq!(
        (
            get.idempotent,
            get.ambiguous,
            create.idempotent,
            create.ambiguous
        ),
        (true, false, false, true)
    );
    assert_eq!(get.auth, [0]);
    let params: Vec<&str> = get.path_params.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(params, ["side", "order_id"], "in the order of the path");
    let statuses: Vec<_> = get
        .responses
        .iter()
        .map(|it| (it.status, it.may_be_empty))
        .collect();
    assert_eq!(
        statuses,
        [
            (Status::Code(200), false),
            (Status::Code(204), true),
            (Status::Class(4), true)
        ]
    );
    let book = &api.feeds[0];
    let params: Vec<&str> = book.params.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(params, ["venue", "pair"], "in the order of the channel");
    assert_eq!(
        (book.messages.as_slice(), book.subscribe),
        ([1].as_slice(), Some(0))
    );
    assert_eq!(api.commands[0].answers, [1]);
    assert!(matches!(
        api.auth[1].recipe,
        Recipe::Login { command: 0, .. }
    ));
    assert_eq!(api.sockets[0].auth, [1]);
}

#[test]
fn examples_point_into_their_files() {
    let api = small();
    let targets: Vec<Target> = api.examples.iter().map(|it| it.of).collect();
    assert_eq!(
        targets,
        [
            Target::Response(0, 2),
            Target::Request(1),
            Target::Message(1)
        ]
    );
    // The third is in a string with escapes, where offsets do not hold.
    for example in &api.examples[..2] {
        let text = &api.files[example.at.file].text;
        assert!(text[example.payload_at..].starts_with(&example.payload));
        assert_eq!(
            &text[example.at.span.clone()],
            format!("\"{}\"", example.of_text)
        );
    }
}

#[test]
fn bundled_specs_have_no_faults() {
    for id in venue_schema::bundled_ids() {
        let (_, found) = venue_schema::read(venue_schema::bundled(id).unwrap().to_vec());
        let faults = found
            .iter()
            .filter(|it| it.severity > venue_schema::Severity::Info);
        let faults: Vec<String> = faults
            .map(|it| {
                format!(
                    "{}:{}: {} [{}]",
                    it.primary.path, it.primary.location.line, it.message, it.rule
                )
            })
            .collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert_eq!(venue_schema::load_bundled(id).unwrap().id, id);
    }
    let unknown = venue_schema::load_bundled("nowhere").unwrap_err();
    assert!(
        unknown
            .to_string()
            .starts_with("no API `nowhere` is bundled, only ")
    );
}
