//! Every operation of every API in the box: what the mock lets in, how it answers, and that the
//! records of both are what the spec describes.

use venue_mock::{Asked, Mock, Options};
use venue_schema::ir::Status;

use crate::support::{Memory, apis, faults, key};

fn prefer(mut asked: Asked, what: String) -> Asked {
    asked.headers.push(("prefer".into(), what));
    asked
}

#[test]
fn every_operation_answers_every_documented_status_as_described() {
    for api in apis() {
        let memory = Memory::default();
        let options = Options {
            record: Some(Box::new(memory.clone())),
            limits: false,
            ..Options::default()
        };
        let mock = Mock::new(api.clone(), options.seeded(1));
        for (index, op) in api.operations.iter().enumerate() {
            let sample = || mock.sample(index, &key()).expect(&op.meta.id);
            let answer = mock.answer(&sample());
            assert!(answer.status < 400, "{}: {answer:?}", op.meta.id);
            for response in &op.responses {
                let status = match response.status {
                    Status::Code(code) => code,
                    Status::Class(class) => u16::from(class) * 100 + 3,
                };
                for how in [
                    format!("status={status}"),
                    format!("status={status}, dynamic"),
                ] {
                    let answer = mock.answer(&prefer(sample(), how));
                    assert_eq!(answer.status, status, "{}", op.meta.id);
                }
            }
        }
        let found = faults(api, &memory.text());
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

#[test]
fn a_preference_for_what_there_is_not_is_refused_with_what_there_is() {
    let api = apis().into_iter().find(|api| api.id == "sfox").unwrap();
    let operation = |id: &str| {
        api.operations
            .iter()
            .position(|op| op.meta.id == id)
            .unwrap()
    };
    let balances = operation("sfox.get-balances");
    let options = Options {
        limits: false,
        ..Options::default()
    };
    let mock = Mock::new(api.clone(), options);
    let answer = |what: &str| {
        let sample = mock.sample(balances, &key()).unwrap();
        let answer = mock.answer(&prefer(sample, what.to_owned()));
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    for (what, part) in [
        ("example=none-such", "`none-such`, but 1 (https://"),
        ("example=99", "`99`, but 1 (https://"),
        ("example=0", "`0`, but 1 (https://"),
        ("status=503, example=1", "`1`, but none"),
        ("status=299", "status 299 is not documented, but 200"),
        ("status=204", "status 204 is not documented, but 200"),
    ] {
        let (status, body) = answer(what);
        assert!(matches!(status, 400 | 422), "{what}: {status} {body}");
        assert!(body.contains(part), "{what}: {body}");
    }
    // Any venue can fail, and what is made anew is no example.
    assert_eq!(answer("status=503").0, 503);
    assert_eq!(answer("example=none-such, dynamic").0, 200);
    assert_eq!(answer("example=1").0, 200);
}
