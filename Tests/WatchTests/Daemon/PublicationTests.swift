import Crypto
import Screening
import Testing
import Watch

@Suite struct PublicationTests {
    private func made() throws -> (folder: TemporaryFolder, outputs: [OutputFile]) {
        let folder = try TemporaryFolder()
        let names = ["report.html", "result.json", "sub-1_T1w.nii.gz"]
        for name in names { try folder.write("publish/" + name, Array(name.utf8)) }
        let outputs = try names.map {
            OutputFile(file: $0, sha256: try Publication.hash(of: folder.path + "/publish/" + $0), kind: "test")
        }
        return (folder, outputs)
    }

    @Test func wholeFolderPassesAndMoves() throws {
        let (folder, outputs) = try made()
        try Publication.check(outputs, in: folder.path + "/publish")
        try Publication.move(folder.path + "/publish", to: folder.path + "/place")
        #expect(try folder.names("place") == ["report.html", "result.json", "sub-1_T1w.nii.gz"])
    }

    @Test func folderLeftByACrashMakesWay() throws {
        let (folder, _) = try made()
        try folder.write("place/old.html")
        try Publication.move(folder.path + "/publish", to: folder.path + "/place")
        #expect(try folder.names("place").contains("old.html") == false)
    }

    @Test func changedMissingAndUnlistedFilesAreNotPublished() throws {
        let (folder, outputs) = try made()
        let publish = folder.path + "/publish"
        try folder.write("publish/result.json", Array("other".utf8))
        #expect(throws: WatchError.self) { try Publication.check(outputs, in: publish) }
        try folder.write("publish/result.json", Array("result.json".utf8))
        try Publication.check(outputs, in: publish)
        try folder.write("publish/extra.txt")
        #expect(throws: WatchError.self) { try Publication.check(outputs, in: publish) }
        #expect(throws: WatchError.self) { try Publication.check(Array(outputs.dropFirst()), in: publish) }
    }
}
