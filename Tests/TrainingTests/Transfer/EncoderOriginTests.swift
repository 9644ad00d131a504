import Foundation
import Testing
import Training

@Suite struct EncoderOriginTests {
    private static func words(_ record: String?, named name: String = "encoder.safetensors") throws -> String {
        var words = ""
        try withRunFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("weights".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            if let record { try Data(record.utf8).write(to: URL(filePath: folder + "/pretraining.json")) }
            words = try EncoderOrigin.words(of: "\(folder)/\(name)")
            #expect(!words.contains(folder))
        }
        return words
    }

    private static func record(_ tasks: String, _ more: String = "") -> String {
        #"{"plan": {"subjects": 64, "renewed": 12, "epochs": 32\#(more)}, "tasks": {\#(tasks)}, "result": {}}"#
    }

    @Test func tasksAndMadeUpSubjectsAreNamed() throws {
        let words = try Self.words(Self.record(#""thorax-ct": ["lungs"], "knee-mr": ["cartilage"]"#))
        // 64, and 12 anew after each of 31 epochs.
        #expect(words.contains("2 tasks (knee-mr, thorax-ct) on 436 made-up subjects of each."))
        #expect(!words.contains("dysplasia") && !words.contains("fc is kept"))
    }

    @Test func anEncoderThatSawDysplasiasIsSaidTo() throws {
        let outlined = try Self.words(Self.record(#""fcd-flair": ["dysplasia"]"#))
        #expect(outlined.contains("simulated heads with and without dysplasia") && !outlined.contains("fc is kept"))
        let told = try Self.words(Self.record(#""fcd-flair": ["dysplasia"]"#, #", "tellsApart": true"#))
        #expect(told.contains("simulated heads with and without dysplasia") && told.contains("fc is kept"))
    }

    @Test func headsBentOutOfMapsAreSaidAndTheMapsKnown() throws {
        let maps =
            #", "maps": {"share": 0.6, "grey": "", "white": "", "t1w": "one.nii.gz", "greySHA256": "", "#
            + #""whiteSHA256": "", "t1wSHA256": "abc"}"#
        let record = Self.record(#""fcd-t1w": ["dysplasia"]"#, maps)
        #expect(try Self.words(record).contains("60 % were bent out of `one.nii.gz` (SHA-256 `abc`)."))
        try withRunFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(record.utf8).write(to: URL(filePath: folder + "/pretraining.json"))
            #expect(EncoderOrigin.maps(of: folder + "/encoder.safetensors") == ["abc"])
            #expect(EncoderOrigin.maps(of: folder + "/other.pth").isEmpty)
            let later = #"{"plan": {"subjects": 4, "renewed": 1, "epochs": 2}, "tasks": {}, "earlierMaps": ["abc"]}"#
            try Data(later.utf8).write(to: URL(filePath: folder + "/pretraining.json"))
            #expect(EncoderOrigin.maps(of: folder + "/encoder.safetensors") == ["abc"])
        }
    }

    @Test func anEncoderWithoutARecordIsNamedByItsHash() throws {
        // SHA-256 of "weights".
        let hash = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
        let bare = try Self.words(nil)
        #expect(bare.hasPrefix("`encoder.safetensors`, SHA-256 `") && bare.count < 110)
        #expect(bare.contains(hash))
        // The record is not this file's.
        #expect(try Self.words(Self.record(#""thorax-ct": []"#), named: "resnet.pth").contains("tasks") == false)
        #expect(throws: TrainingError.self) { try EncoderOrigin.words(of: "/no/such/place.pth") }
    }
}
