// The check program of rules. Do not edit.
{use::std::borrow::Cow::Borrowed;use::venue_wire::check::NodeId;#[allow(clippy::wildcard_imports)]use::venue_wire::check::table::*;
#[allow(unused_imports)]use::venue_wire::select::{Condition,Kind,Literal,Match,Part,Place,Test};
const TEXT:&str="0100OrderType\"limit\"\"market\"NewOrder,\"type\":,\"lots\":0.001,\"volume\":,\"price\":,\"memo\":,\"shares\":,\"fees\":,\"token\":Lots or volume, not both.A limit order needs a price.A market order with a memo has no price.                ";
::venue_wire::check::Program::new(Tables{nodes:Borrowed(&[Node::Decimal{form:Form::Number,bounds:0},
Node::Int{range:0,digits:0,lead:48,unit:Unit::Number},Node::Words(0),Node::Object(0),Node::Decimal{form:Form::Number,
bounds:1},Node::Decimal{form:Form::Number,bounds:4294967295},Node::String(0),Node::List{item:NodeId(0),
size:1},Node::Map{item:NodeId(1),size:4294967295},Node::String(2),Node::Json]),records:Borrowed(&[Record{name:Text{at:28,
len:8},fields:Run{first:0,count:8},required:1,unknown:Unknown::Drift,rules:Run{first:0,count:3},
slots:Slots{first:0,bits:4},}]),fields:Borrowed(&[Field::new(TEXT,Text{at:36,len:8},NodeId(2),
true,false,false),Field::new(TEXT,Text{at:44,len:8},NodeId(1),false,false,false),Field::new(TEXT,
Text{at:57,len:10},NodeId(4),false,false,false),Field::new(TEXT,Text{at:67,len:9},NodeId(5),
false,true,false),Field::new(TEXT,Text{at:76,len:8},NodeId(6),false,false,false),Field::new(TEXT,
Text{at:84,len:10},NodeId(7),false,false,false),Field::new(TEXT,Text{at:94,len:8},NodeId(8),
false,false,false),Field::new(TEXT,Text{at:102,len:9},NodeId(9),false,false,true)]),rules:Borrowed(&[Rule{when:Run{first:0,
count:0},need:Need::ExactlyOne,operands:Run{first:0,count:2},mask:6,doc:Text{at:111,len:25}},
Rule{when:Run{first:0,count:1},need:Need::AllOf,operands:Run{first:2,count:1},mask:8,doc:Text{at:136,
len:28}},Rule{when:Run{first:1,count:2},need:Need::NoneOf,operands:Run{first:3,count:1},mask:8,
doc:Text{at:164,len:40}}]),guards:Borrowed(&[Guard{field:0,values:Run{first:2,count:1}},Guard{field:0,
values:Run{first:3,count:1}},Guard{field:4,values:Run{first:4,count:0}}]),operands:Borrowed(&[1,
2,3,3]),enums:Borrowed(&[Enum{name:Text{at:4,len:9},words:Run{first:0,count:2},unknown:Unknown::Drift,
range:4294967295,known:0,slots:Slots{first:16,bits:2},}]),words:Borrowed(&[Word::new(TEXT,Text{at:13,
len:7},0i64,0),Word::new(TEXT,Text{at:20,len:8},0i64,0),Word::new(TEXT,Text{at:13,len:7},0i64,
0),Word::new(TEXT,Text{at:20,len:8},0i64,0)]),ranges:Borrowed(&[Range{min:1i128,max:4294967295i128}]),
bounds:Borrowed(&[Bounds{min:Text{at:0,len:1},max:Text{at:1,len:3},from_zero:false},Bounds{min:Text{at:52,
len:5},max:Text{at:57,len:0},from_zero:false}]),sizes:Borrowed(&[Size{min:1,max:4},Size{min:0,
max:2},Size{min:8,max:4294967295}]),unions:Borrowed(&[]),variants:Borrowed(&[]),matches:Borrowed(&[]),
slots:Borrowed(&[8,0,0,1,3,6,0,0,2,4,7,0,0,0,0,5,0,0,1,2]),text:Borrowed(TEXT),})}
