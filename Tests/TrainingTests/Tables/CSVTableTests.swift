import Screening
import Testing
import Training

@Suite struct CSVTableTests {
    @Test func fieldsThatNeedQuotesComeBack() throws {
        let table = CSVTable(
            header: ["a", "b, c"],
            rows: [["TL,OL", "say \"no\""], ["", "two\r\nlines"], ["\u{65}\u{301}", "\"\u{301}"], [" ", ""]])
        #expect(table.text.hasPrefix("a,\"b, c\"\r\n\"TL,OL\",\"say \"\"no\"\"\"\r\n"))
        #expect(try CSVTable(parsing: table.text) == table)
    }

    @Test func otherLineEndsAndByteOrderMarkAreRead() throws {
        let table = try CSVTable(parsing: "\u{FEFF}a,b\n1,\n\"2\",3")
        #expect(table == CSVTable(header: ["a", "b"], rows: [["1", ""], ["2", "3"]]))
    }

    @Test(arguments: ["", "a,b\r\n1\r\n", "a\r\n\"1", "a\r\nx\"1\"\r\n", "a\r\n\"1\"x\r\n"])
    func brokenTableIsRefused(text: String) {
        #expect(throws: TrainingError.self) { try CSVTable(parsing: text) }
    }

    @Test func scansComeBackBitForBit() throws {
        var rows = SampleRows.rows() + SampleRows.rows(.t1w, seed: 2)
        rows[0].fold = nil
        rows[0].memberScores = [0.1, 1.0 / 3, 1e-17]
        rows[3].refusal = "HEAD_CUT"
        rows[5].acquisition = "a,\"b\""
        rows[6].heatScoreOfImage = HeatScore(whole: nil, brain: 2, maskVoxels: 3, croppedMaskVoxels: 0)
        let text = ScanRow.table(rows).text
        #expect(try ScanRow.rows(of: CSVTable(parsing: text)) == rows)
        #expect(text.split(separator: "\r\n").count == rows.count + 1)
    }

    @Test func missingColumnOrWordForANumberIsRefused() throws {
        var table = ScanRow.table(SampleRows.rows())
        let score = try table.column("score")
        table.rows[2][score] = "high"
        let error = #expect(throws: TrainingError.self) { try ScanRow.rows(of: table) }
        #expect(error?.message.contains("Row 3") == true && error?.message.contains("score") == true)
        table.header[score] = "scores"
        #expect(throws: TrainingError.self) { try ScanRow.rows(of: table) }
    }
}
