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
