/// Which content counts where objects of a series were sent more than once. Pure.
///
/// The same object again is a copy. Other content under one SOP Instance UID is a newer delivery: it replaces the older one
/// where every object received before was sent again, and makes the series unusable where only some were.
struct Redelivery {
    /// One object for each SOP Instance UID, in the order in which they first came.
    private(set) var kept: [SourceFile] = []
    private(set) var copies: [SourceFile] = []
    /// Older content that newer content replaced.
    private(set) var replaced: [SourceFile] = []
    private(set) var refusal: DICOMError?

    /// One content of an object.
    private struct Version {
        var file: SourceFile
        /// When it last came.
        var lastArrival: Int
    }

    /// Everything that came under one SOP Instance UID; arrivals are counted from 0.
    private struct Object {
        var firstArrival: Int
        var versions: [Version]
        /// When it last came.
        var lastArrival: Int
        /// When other content first came; nil where none did.
        var changed: Int?
    }

    /// - Parameters:
    ///   - members: the files of one series in the order in which they came.
    ///   - samePixels: asked about two objects of one UID whose headers agree but whose bytes differ.
    init(_ members: [SourceFile], samePixels: (SourceFile, SourceFile) -> Bool) {
        var order: [String] = []
        var objects: [String: Object] = [:]
        for (arrival, file) in members.enumerated() {
            let uid = file.header.sopInstanceUID
            guard var object = objects.removeValue(forKey: uid) else {
                order.append(uid)
                objects[uid] = Object(
                    firstArrival: arrival, versions: [Version(file: file, lastArrival: arrival)], lastArrival: arrival)
                continue
            }
            object.lastArrival = arrival
            if let same = object.versions.firstIndex(where: { Self.isCopy(file, of: $0.file, samePixels) }) {
                object.versions[same].lastArrival = arrival
                copies.append(file)
            } else {
                object.versions.append(Version(file: file, lastArrival: arrival))
                object.changed = object.changed ?? arrival
            }
            objects[uid] = object
        }
        settle(order.compactMap { objects[$0] })
    }

    private mutating func settle(_ objects: [Object]) {
        guard let start = objects.compactMap(\.changed).min() else {
            kept = objects.map { $0.versions[0].file }
            return
        }
        // Objects that first came with the newer delivery, or came with it again, changed or not.
        let isWhole = objects.allSatisfy { $0.firstArrival >= start || $0.changed != nil || $0.lastArrival >= start }
        for object in objects {
            guard isWhole, let newest = object.versions.max(by: { $0.lastArrival < $1.lastArrival }) else {
                kept.append(object.versions[0].file)
                copies += object.versions.dropFirst().map(\.file)
                continue
            }
            kept.append(newest.file)
            replaced += object.versions.filter { $0.lastArrival != newest.lastArrival }.map(\.file)
        }
        if !isWhole {
            let changed = objects.first { $0.changed != nil }?.versions[0].file.header.sopInstanceUID
            refusal = DICOMError(.conflictingDuplicate, subject: changed)
        }
    }

    private static func isCopy(
        _ file: SourceFile, of first: SourceFile, _ samePixels: (SourceFile, SourceFile) -> Bool
    ) -> Bool {
        if file.header.contentSHA256 == first.header.contentSHA256 { return true }
        var header = file.header
        header.contentSHA256 = first.header.contentSHA256
        header.transferSyntaxUID = first.header.transferSyntaxUID
        return header == first.header && samePixels(file, first)
    }
}
