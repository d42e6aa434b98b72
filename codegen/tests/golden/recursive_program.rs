// The check program of recursive. Do not edit.
{use::std::borrow::Cow::Borrowed;#[allow(unused_imports)]use::venue_wire::check::NodeId;#[allow(clippy::wildcard_imports)]use::venue_wire::check::table::*;
#[allow(unused_imports)]use::venue_wire::select::{Condition,Kind,Literal,Match,Part,Place,Test};
const TEXT:&str="Node,\"value\":,\"next\":,\"spare\":,\"children\":,\"named\":ExpressionNumberSum,\"left\":,\"right\":                ";
const NODES:&[Node]=&[Node::Object(0),Node::Union(0),Node::Row(1),Node::Int{range:0,digits:18,
lead:57,unit:Unit::Number},Node::List{item:NodeId(0),size:4294967295},Node::Map{item:NodeId(0),
size:4294967295},Node::Decimal{form:Form::Number,bounds:4294967295}];::venue_wire::check::Program::new(Tables{nodes:Borrowed(NODES),
records:Borrowed(&[Record{name:Text{at:0,len:4},fields:Run{first:0,count:5},required:1,unknown:Unknown::Drift,
rules:Run{first:0,count:0},slots:Slots{first:0,shift:60,multiplier:11400714819323198485},successors:0,
shape:Shape::Mixed,},Record{name:Text{at:67,len:3},fields:Run{first:5,count:2},required:3,unknown:Unknown::Drift,
rules:Run{first:0,count:0},slots:Slots{first:16,shift:62,multiplier:1793966070040574641},successors:6,
shape:Shape::Mixed,}]),fields:Borrowed(&[Field::new(TEXT,NODES,Text{at:4,len:9},NodeId(3),true,
false,false),Field::new(TEXT,NODES,Text{at:13,len:8},NodeId(0),false,false,false),Field::new(TEXT,
NODES,Text{at:21,len:9},NodeId(0),false,true,false),Field::new(TEXT,NODES,Text{at:30,len:12},
NodeId(4),false,false,false),Field::new(TEXT,NODES,Text{at:42,len:9},NodeId(5),false,false,
false),Field::new(TEXT,NODES,Text{at:70,len:8},NodeId(1),true,false,false),Field::new(TEXT,
NODES,Text{at:78,len:9},NodeId(1),true,false,false)]),rules:Borrowed(&[]),guards:Borrowed(&[]),
operands:Borrowed(&[]),enums:Borrowed(&[]),words:Borrowed(&[]),ranges:Borrowed(&[Range{min:-9223372036854775808i128,
max:9223372036854775807i128}]),bounds:Borrowed(&[]),sizes:Borrowed(&[]),unions:Borrowed(&[Union{name:Text{at:51,
len:10},variants:Run{first:0,count:2},unknown:Unknown::Refused,choices:[Choice::Nobody,Choice::Nobody,
Choice::Variant(0),Choice::Nobody,Choice::Variant(1),Choice::Nobody],}]),variants:Borrowed(&[Variant{name:Text{at:61,
len:6},node:NodeId(6),fallback:false},Variant{name:Text{at:67,len:3},node:NodeId(2),fallback:false}]),
matches:Borrowed(&[Match{conditions:Borrowed(&[Condition{at:Place::Whole,test:Test::Kind(Kind::Number)}])},
Match{conditions:Borrowed(&[Condition{at:Place::Whole,test:Test::Kind(Kind::Array)}])}]),tags:Borrowed(&[]),
groups:Borrowed(&[]),steps:Borrowed(&[]),slots:Borrowed(&[0,0,0,0,0,0,0,0,0,5,2,0,0,1,3,4,0,
2,1,0]),successors:Borrowed(&[3,0,2,0,4,1,0,1,0]),text:Borrowed(TEXT),})}
