import Foundation
import Imaging
import Screening
import Testing

@Suite struct ModelManifestTests {
    /// A valid `model.json` as an object, to be spoilt.
    private func text() throws -> [String: Any] {
        var manifest = Samples.manifest()
        manifest.members = [
            ModelManifest.Member(file: "a.safetensors", sha256: String(repeating: "a", count: 64), fold: 0),
            ModelManifest.Member(file: "b.safetensors", sha256: String(repeating: "b", count: 64)),
        ]
        let object = try JSONSerialization.jsonObject(with: Data(manifest.encoded()))
        return try #require(object as? [String: Any])
    }

    private func refusal(_ spoil: (inout [String: Any]) -> Void) throws -> ScreeningError? {
        var object = try text()
        spoil(&object)
        let bytes = [UInt8](try JSONSerialization.data(withJSONObject: object))
        return failure { _ = try ModelManifest.decode(bytes) }
    }

    @Test func keysAreStable() throws {
        #expect(
            try text().keys.sorted() == [
                "architecture", "calibration", "input", "limits", "members", "modality", "name", "operatingPoint",
                "preprocessing", "schema", "status", "threshold", "training", "version",
            ])
    }

    @Test func survivesWritingAndReading() throws {
        var manifest = Samples.manifest()
        manifest.members = [
            ModelManifest.Member(file: "a.safetensors", sha256: String(repeating: "0", count: 64), fold: 4)
        ]
        #expect(try ModelManifest.decode(manifest.encoded()) == manifest)
        #expect(try manifest.encoded() == ModelManifest.decode(manifest.encoded()).encoded())
    }

    @Test(arguments: [
        "name", "version", "members", "threshold", "calibration", "training", "limits", "status", "schema",
    ])
    func missingKeyIsNamed(key: String) throws {
        let error = try refusal { $0[key] = nil }
        #expect(error?.code == .manifestInvalid)
        #expect(error?.subject == key)
    }

    @Test func unknownKeyIsNamed() throws {
        #expect(try refusal { $0["treshold"] = 0.7 }?.subject == "treshold")
        let nested = try refusal { object in
            var calibration = object["calibration"] as? [String: Any] ?? [:]
            calibration["bias"] = 1
            object["calibration"] = calibration
        }
        #expect(nested?.code == .manifestInvalid)
        #expect(nested?.subject == "calibration.bias")
    }

    @Test func unknownKeyOfThePlanIsNamed() throws {
        let error = try refusal { object in
            var plan = object["preprocessing"] as? [String: Any] ?? [:]
            plan["smoothing"] = 1
            object["preprocessing"] = plan
        }
        #expect(error?.subject == "preprocessing.smoothing")
    }

    @Test func keyWrittenTwiceIsRefused() throws {
        let bytes = try JSONSerialization.data(withJSONObject: text(), options: .sortedKeys)
        let twice = "{\"threshold\":0.1," + String(decoding: bytes, as: UTF8.self).dropFirst()
        let error = failure { _ = try ModelManifest.decode([UInt8](twice.utf8)) }
        #expect(error?.code == .manifestInvalid)
        #expect(error?.subject == "threshold")
    }

    @Test func valueWithoutSenseIsNamed() throws {
        let spoilt: [(String, (inout [String: Any]) -> Void)] = [
            ("name", { $0["name"] = "../x" }),
            ("name", { $0["name"] = "Big" }),
            ("version", { $0["version"] = "1/2" }),
            ("schema", { $0["schema"] = "2.0" }),
            ("threshold", { $0["threshold"] = 1.0 }),
            ("threshold", { $0["threshold"] = 0 }),
            ("threshold", { $0["threshold"] = "0.5" }),
            ("modality", { $0["modality"] = "T2w" }),
            ("status", { $0["status"] = "approved" }),
            ("calibration.temperature", { $0["calibration"] = ["temperature": 0] }),
            ("calibration.temperature", { $0["calibration"] = ["temperature": -1] }),
            ("preprocessing.foreground", { $0["input"] = "stripped" }),
            ("members", { $0["members"] = [] as [Any] }),
            ("limits", { $0["limits"] = [] as [Any] }),
            ("training.subjects", { $0["training"] = ["method": "x", "data": "y", "subjects": -1] }),
            (
                "operatingPoint.sensitivity",
                { $0["operatingPoint"] = ["sensitivity": 1.2, "specificity": 0.5, "subjects": 3, "data": "x"] }
            ),
            (
                "operatingPoint.subjects",
                { $0["operatingPoint"] = ["sensitivity": 1, "specificity": 0.5, "subjects": 0, "data": "x"] }
            ),
            (
                "operatingPoint",
                {
                    $0["operatingPoint"] = nil
                    $0["status"] = "research"
                }
            ),
        ]
        for (field, spoil) in spoilt {
            let error = try refusal(spoil)
            #expect(error?.code == .manifestInvalid, "\(field)")
            #expect(error?.subject == field)
        }
    }

    @Test(arguments: [
        "../a.safetensors", "/a.safetensors", "x/a.safetensors", "a.pth", ".safetensors", "", "a\u{0}.safetensors",
        "..safetensors",
    ])
    func memberOutsideTheFolderIsRefused(file: String) throws {
        let error = try refusal {
            $0["members"] = [["file": file, "sha256": String(repeating: "a", count: 64)]]
        }
        #expect(error?.code == .manifestInvalid)
        #expect(error?.subject == "members[0].file")
    }

    @Test func equalMembersAreRefused() throws {
        let sameHash = try refusal { object in
            object["members"] = ["a", "b"].map {
                ["file": "\($0).safetensors", "sha256": String(repeating: "c", count: 64)]
            }
        }
        #expect(sameHash?.code == .membersNotDistinct)
    }

    /// What the plan itself would refuse when the first scan comes is refused with the bundle.
    @Test func planWithoutSenseIsNamed() throws {
        let spoilt: [(String, String, Any)] = [
            ("preprocessing.spacingMM", "spacingMM", 0.2), ("preprocessing.spacingMM", "spacingMM", 4.5),
            ("preprocessing.spacingMM", "spacingMM", -1), ("preprocessing.shape", "shape", [7, 193, 161]),
            ("preprocessing.shape", "shape", [161, 513, 161]), ("preprocessing.cutLimit", "cutLimit", 1.1),
        ]
        for (field, key, value) in spoilt {
            let error = try refusal { object in
                var plan = object["preprocessing"] as? [String: Any] ?? [:]
                plan[key] = value
                object["preprocessing"] = plan
            }
            #expect(error?.code == .manifestInvalid, "\(field) \(value)")
            #expect(error?.subject == field)
            #expect(error?.message.contains("..") == false)
        }
    }

    @Test func unbuildableArchitectureIsRefused() throws {
        let error = try refusal { object in
            var architecture = object["architecture"] as? [String: Any] ?? [:]
            architecture["depth"] = 19
            object["architecture"] = architecture
        }
        #expect(error?.code == .manifestInvalid)
        #expect(error?.subject == "architecture.depth")
        #expect(error?.message.contains("..") == false)
    }

    @Test func otherTextIsRefused() {
        for text in ["", "[]", "{", "null", "model", "{\"name\": 1}"] {
            #expect(failure { _ = try ModelManifest.decode([UInt8](text.utf8)) }?.code == .manifestInvalid)
        }
    }
}
