// Package plugin is the runtime of batch sources: what a source is configured from, what it promises, and
// how it is run. It knows nothing of Instagram, and a source built on it knows nothing of where its rows
// land.
//
// A plugin is a Descriptor, read from its plugin.json, and a Factory, made known together by Register.
// Open makes a Source of it from flat text properties; a host then goes through these steps:
//
//  1. Open binds the properties: it replaces macros (or leaves them, at configure time), fills in
//     defaults, and leaves out what the filters of the descriptor hide. A missing or bad value is no error
//     of Open's.
//  2. Validate returns every Failure at once, in CDAP's shape, each on its property and element.
//  3. Tables returns the tables, with Arrow types and keys, from the properties that decide them: a schema
//     preview. Neither step touches the network or the clock, and both may be repeated.
//  4. Plan cuts the work into splits: small, without secrets, and the same each time for the same
//     properties and logical start time. A split survives JSON, so that any worker can read it.
//  5. Read yields the batches of a split: Arrow records, lent until the next one, and marks. A Mark says
//     that all rows up to it are complete; reading can go on after it.
//  6. Finish releases the source, once, whatever happened.
//
// Run does all of that for several sources and a Sink: in parallel, in bounded memory, delivered in the
// order of the splits. Where the sink is a StateKeeper, a run that was interrupted goes on from its marks, and
// a later run from what the source has Reached; ResumeStart says under which logical start time. A program with a loop
// of its own takes the steps itself, or asks Records for a table as Arrow's RecordReader.
//
// Secrets, which are the properties with a password's widget and whatever secure() gave, are secret.Text
// on their way through: they are in no failure, hash, split, mark or note.
package plugin
