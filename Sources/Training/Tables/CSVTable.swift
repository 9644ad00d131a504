/// Comma-separated values after RFC 4180: a header, rows of as many fields, quotes where a field needs them.
package struct CSVTable: Sendable, Hashable {
    package var header: [String]
    package var rows: [[String]]

    package init(header: [String], rows: [[String]]) {
        self.header = header
        self.rows = rows
    }

    /// Lines end with CR LF.
    package var text: String {
        ([header] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    /// Reads a table; lines may end with LF alone, and a byte order mark is passed over.
    ///
    /// - Throws: `dataSetInvalid` for a quote that does not end or stands inside a bare field, an empty file, or a row with
    ///   more or fewer fields than the header.
    package init(parsing text: String) throws(TrainingError) {
        var lines = try Self.records(text)
        guard !lines.isEmpty, lines[0] != [""] else { throw Self.invalid("The table is empty; write it again.") }
        header = lines.removeFirst()
        for (index, line) in lines.enumerated() where line.count != header.count {
            throw Self.invalid(
                "Row \(index + 1) of a table has \(line.count) fields and its header \(header.count); write it again.")
        }
        rows = lines
    }

    /// The fields of a column.
    ///
    /// - Throws: `dataSetInvalid` where there is none of that name.
    package func column(_ name: String) throws(TrainingError) -> Int {
        guard let column = header.firstIndex(of: name) else {
            throw Self.invalid("A table has no column \(name); write it again with this version.")
        }
        return column
    }

    private static func invalid(_ message: String) -> TrainingError { TrainingError(.dataSetInvalid, message) }

    private static func quoted(_ field: String) -> String {
        let special: (Unicode.Scalar) -> Bool = { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        guard field.unicodeScalars.contains(where: special) else { return field }
        // Scalars, not characters: a quote with a combining mark is a quote to whoever reads the file.
        var result = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in field.unicodeScalars {
            if scalar == "\"" { result.append(scalar) }
            result.append(scalar)
        }
        return String(result) + "\""
    }

    private static func records(_ text: String) throws(TrainingError) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field = String.UnicodeScalarView()
        /// Where the reader stands: in a bare field, inside quotes, or after the closing quote.
        enum Place { case start, bare, inside, after }
        var place = Place.start
        func ended() {
            record.append(String(field))
            field = .init()
            place = .start
        }
        var scalars = Substring(text).unicodeScalars
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        while let scalar = scalars.popFirst() {
            if place == .inside {
                if scalar != "\"" {
                    field.append(scalar)
                } else if scalars.first == "\"" {
                    field.append(scalars.removeFirst())
                } else {
                    place = .after
                }
                continue
            }
            switch scalar {
            case "\"":
                guard place == .start else { throw invalid("A table has a quote inside a field; write it again.") }
                place = .inside
            case ",": ended()
            case "\r" where scalars.first == "\n": continue
            case "\n":
                ended()
                records.append(record)
                record = []
            default:
                guard place != .after else { throw invalid("A table has text after a quote; write it again.") }
                place = .bare
                field.append(scalar)
            }
        }
        guard place != .inside else { throw invalid("A table ends inside quotes; it was cut off.") }
        if place != .start || !record.isEmpty {
            ended()
            records.append(record)
        }
        return records
    }
}
