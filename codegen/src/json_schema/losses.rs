//! What JSON Schema cannot say of an API.

use venue_schema::ir::{
    Constraints, DecimalForm, Enum, EnumBase, Field, Record, TimeForm, TypeId, TypeKind, TypeRef,
};

use super::matching::Unclaimed;
use super::{Writer, enums, pattern};
use crate::loss::Losses;

/// Of any API.
pub(super) fn of_the_format(losses: &mut Losses) {
    losses.add(
        "api",
        "servers, paths, parameters, authentication, limits, error codes, and the order and meaning of a feed's \
         messages",
        "payloads alone; the exports as OpenAPI, AsyncAPI and Markdown have the rest",
    );
    losses.add(
        "api",
        "meanings of enum values, units, scales, sources, errata and what is secret or personal",
        "members that begin with `x-venue-`, which validators pass over",
    );
    losses.add(
        "api",
        "how a number is spelt, and a member that stands twice",
        "numbers are compared by value, so that `1.0` is an integer, and the last member of a name counts",
    );
    losses.add(
        "api",
        "that decimals and 64-bit integers must keep every digit",
        "`format` is `decimal`, `int64` or `uint64`: a tool that reads JSON numbers as doubles rounds them all the same",
    );
}

impl Writer<'_> {
    /// Of one type, its own fields included.
    pub(super) fn losses_of_type(&self, id: TypeId, losses: &mut Losses) {
        let ty = &self.api.types[id];
        let about = self.local(&ty.meta.id);
        match &ty.kind {
            TypeKind::Record(record) => self.of_record(about, record, losses),
            TypeKind::Enum(values) => self.of_enum(about, values, losses),
            TypeKind::Scalar(scalar) => {
                of_value(about, &scalar.base, &scalar.constraints, losses);
            }
            TypeKind::Union(_) => {}
        }
    }

    fn of_record(&self, id: &str, record: &Record, losses: &mut Losses) {
        for field in &record.fields {
            let about = format!("{id}#{}", field.name);
            self.of_field(&about, field, losses);
        }
    }

    /// Of a field or parameter.
    pub(super) fn of_field(&self, about: &str, field: &Field, losses: &mut Losses) {
        if field.batch {
            losses.add(
                about,
                "that its elements stand or fall alone",
                "`x-venue-batch`; a validator refuses the whole list for one bad element",
            );
        }
        if field.constant.is_none()
            && let Some(base) = self.scalar_base(&field.ty)
        {
            of_value(about, base, &field.constraints, losses);
        }
    }

    fn of_enum(&self, about: &str, values: &Enum, losses: &mut Losses) {
        let refused = self.undescribed(values.openness) == Unclaimed::Refused;
        if matches!(values.base, EnumBase::Flags(_)) && refused && !enums::flags_are_exact(values) {
            losses.add(
                about,
                "which bits are described",
                "`x-venue-values` lists them; any integer of their range is accepted",
            );
        }
    }
}

fn of_value(about: &str, base: &TypeRef, bounds: &Constraints, losses: &mut Losses) {
    match base {
        TypeRef::Decimal(DecimalForm::Text | DecimalForm::Any)
            if bounds.max.is_some() || (bounds.min.is_some() && !pattern::from_zero(bounds)) =>
        {
            losses.add(
                about,
                "the bounds of a number that stands in a string",
                "`x-venue-minimum` and `x-venue-maximum`",
            );
        }
        TypeRef::Time(TimeForm::LocalDateTime) => losses.add(
            about,
            "which days a month has, in a date and time without a zone",
            "a pattern that lets the 31st of every month through",
        ),
        TypeRef::List(item) | TypeRef::Map(item) => {
            of_value(about, item, &Constraints::default(), losses);
        }
        _ => {}
    }
}
