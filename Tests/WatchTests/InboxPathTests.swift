import Testing
import Watch

@Suite struct InboxPathTests {
    @Test(arguments: [
        "scan.dcm.part", "scan.PART", "a.tmp", "a.filepart", "a.crdownload", ".hidden", ".folder/a.dcm", "a.dcm~",
        "sub/.nfs0001",
    ])
    func unfinishedNamesArePartial(_ text: String) throws {
        #expect(try #require(InboxPath(escaped: text)).isPartial)
    }

    @Test(arguments: ["scan.dcm", "part", "tmp", "a.tmp.dcm", "IM0001", "sub-01_T1w.nii.gz"])
    func ordinaryNamesAreNotPartial(_ text: String) throws {
        #expect(try !#require(InboxPath(escaped: text)).isPartial)
    }

    @Test func everyNameSurvivesEscaping() throws {
        let names: [[UInt8]] = [
            [0xFF, 0xFE, 0x41], Array("a%41b".utf8), Array("line\nfeed".utf8), Array("Müller 日本.dcm".utf8),
            [0x80], Array(" ".utf8), Array("\u{202E}".utf8),
        ]
        for name in names {
            let path = InboxPath(components: [Array("folder".utf8), name])
            #expect(InboxPath(escaped: path.escaped) == path)
            #expect(!path.escaped.contains("\n"))
        }
        #expect(InboxPath(components: [[0xFF, 0x41]]).escaped == "%ffA")
    }

    @Test func brokenEscapesAreRefused() {
        #expect(InboxPath(escaped: "a%4") == nil)
        #expect(InboxPath(escaped: "a%zz") == nil)
    }
}
