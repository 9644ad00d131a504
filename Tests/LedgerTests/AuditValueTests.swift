import Foundation
import Ledger
import Testing

@Suite struct AuditValueTests {
    @Test func jsonHasOneSpelling() throws {
        let value: AuditValue = [
            "b": [1, -2.5, true, nil, "x"], "a": ["z": 1e-7, "y": 3.0], "B": "", "ä": .int(.max), "": [:],
        ]
        #expect(
            try value.canonicalJSON()
                == #"{"":{},"B":"","a":{"y":3.0,"z":1e-07},"b":[1,-2.5,true,null,"x"],"ä":9223372036854775807}"#)
    }

    @Test func textsAreEscaped() throws {
        let value: AuditValue = "\"\\\n\r\t\u{0}\u{1F}\u{7F}\u{2028}/<é😀"
        #expect(try value.canonicalJSON() == #""\"\\\n\r\t\u0000\u001f\u007f\u2028/<é😀""#)
    }

    /// A mark that joins a quotation mark must not hide it.
    @Test func combiningMarkDoesNotHideAQuotationMark() throws {
        #expect(try AuditValue.string("\"\u{301}").canonicalJSON() == "\"\\\"\u{301}\"")
    }

    @Test func anotherReaderReadsTheSameNumbers() throws {
        let numbers = [0.1, -0.0, 1e300, .leastNonzeroMagnitude, 1.0 / 3, 123_456_789.125]
        let text = try AuditValue.array(numbers.map { .double($0) }).canonicalJSON()
        #expect(try JSONDecoder().decode([Double].self, from: Data(text.utf8)) == numbers)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func numberThatIsNotFiniteIsRefused(number: Double) throws {
        let error = try #require(throws: LedgerError.self) {
            _ = try AuditValue.array([.double(number)]).canonicalJSON()
        }
        #expect(error.code == .auditBody)
    }
}
