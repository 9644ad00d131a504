import Foundation
import Glibc
import Screening

/// The trained demonstration models that come with the program: two bundles and the `profile.json` that names them.
package enum ShippedModels {
    /// As `screening.profile` it means these models, unless the site has a profile of that name of its own.
    package static let profileName = "demonstration"
    /// Where `make install` puts them.
    package static let installed = "/usr/share/fcdwatch/models/demonstration"
    /// Where a checkout has them.
    private static let checkoutFolder = "models"

    /// As below, of the program that runs.
    package static func folder() -> String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        return folder(
            besideProgram: count > 0 ? String(decoding: path[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
        )
    }

    /// The folder with the shipped `profile.json`: of the checkout that the program was built in, else the installed one.
    ///
    /// - Parameter program: the path of the running program.
    /// - Returns: nil where there are none.
    package static func folder(besideProgram program: String) -> String? {
        (checkouts(of: program) + besideInstalled(program) + [installed]).first { isThere($0) }
    }

    /// `PREFIX/share` beside `PREFIX/bin`, for programs that are installed elsewhere than in /usr.
    private static func besideInstalled(_ program: String) -> [String] {
        let parts = program.split(separator: "/")
        guard parts.count > 2, parts[parts.count - 2] == "bin" else { return [] }
        return ["/" + parts.dropLast(2).joined(separator: "/") + "/share/fcdwatch/models/" + profileName]
    }

    /// `models` beside the `.build` folder that holds the program; none for a program that lies elsewhere.
    private static func checkouts(of program: String) -> [String] {
        let parts = program.split(separator: "/")
        guard let build = parts.lastIndex(where: { $0.hasPrefix(".build") }) else { return [] }
        return ["/" + (parts[..<build] + [Substring(checkoutFolder)]).joined(separator: "/")]
    }

    private static func isThere(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + Profile.fileName)
    }
}
