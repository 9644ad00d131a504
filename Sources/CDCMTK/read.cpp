#include "dcmtk/config/osconfig.h" // DCMTK wants it before every other header

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/oflog/oflog.h"

#include "dcm_read.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

struct dcm_object {
    DcmFileFormat file;
    std::string transferSyntax;
    /// Fragments of each frame, found once: first fragment and how many.
    std::vector<std::pair<unsigned long, unsigned long>> fragmentsOfFrame;
};

namespace {

/// Values longer than this are left in the file until asked for.
constexpr Uint32 valueBytesKept = 4096;
/// A text or number value longer than this is no header field.
constexpr Uint32 longestFieldBytes = 1u << 16;

void prepare()
{
    static const bool once = [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL); // messages may quote the file
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
        DcmRLEDecoderRegistration::registerCodecs();
        return true;
    }();
    (void)once;
}

void set(dcm_status *status, int32_t code, const char *text)
{
    if (!status) return;
    status->code = code;
    std::snprintf(status->text, sizeof status->text, "%s", text ? text : "");
}

/// Runs `body`, turning every exception into a status.
template <class Body> void guarded(dcm_status *status, Body body)
{
    try {
        body();
    } catch (const std::bad_alloc &) {
        set(status, DCM_NEEDS_MEMORY, "out of memory");
    } catch (const std::exception &) {
        set(status, DCM_DECODE_FAILED, "C++ exception");
    } catch (...) {
        set(status, DCM_DECODE_FAILED, "unknown C++ exception");
    }
}

DcmItem *asItem(const dcm_item *item) { return reinterpret_cast<DcmItem *>(const_cast<dcm_item *>(item)); }

const dcm_item *asHandle(DcmItem *item) { return reinterpret_cast<const dcm_item *>(item); }

DcmElement *find(const dcm_item *item, uint16_t group, uint16_t element)
{
    DcmElement *found = nullptr;
    if (!item) return nullptr;
    if (asItem(item)->findAndGetElement(DcmTagKey(group, element), found, OFFalse).bad()) return nullptr;
    return found;
}

DcmPixelData *pixelData(const dcm_object *object)
{
    DcmElement *found = find(dcm_dataset(object), 0x7fe0, 0x0010);
    return dynamic_cast<DcmPixelData *>(found);
}

DcmPixelSequence *pixelSequence(const dcm_object *object)
{
    DcmPixelData *pixels = pixelData(object);
    if (!pixels) return nullptr;
    E_TransferSyntax type = EXS_Unknown;
    const DcmRepresentationParameter *parameter = nullptr;
    pixels->getOriginalRepresentationKey(type, parameter);
    if (!DcmXfer(type).isEncapsulated()) return nullptr;
    DcmPixelSequence *sequence = nullptr;
    if (pixels->getEncapsulatedRepresentation(type, parameter, sequence).bad()) return nullptr;
    return sequence;
}

/// A decimal number exactly as written; spaces around it and a leading plus are allowed, anything else is not.
bool parse(const char *text, size_t count, double &out)
{
    const char *end = text + count;
    while (text < end && *text == ' ') ++text;
    while (end > text && (end[-1] == ' ' || end[-1] == 0)) --end;
    if (text < end && *text == '+') ++text;
    const auto result = std::from_chars(text, end, out);
    return result.ec == std::errc() && result.ptr == end;
}

/// One number at `index` of an element, whatever its value representation.
bool number(DcmElement *element, unsigned long index, double &out)
{
    switch (element->ident()) {
    case EVR_FD: {
        Float64 v = 0;
        if (element->getFloat64(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_FL: {
        Float32 v = 0;
        if (element->getFloat32(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_US: {
        Uint16 v = 0;
        if (element->getUint16(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_SS: {
        Sint16 v = 0;
        if (element->getSint16(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_UL: {
        Uint32 v = 0;
        if (element->getUint32(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_SL: {
        Sint32 v = 0;
        if (element->getSint32(v, index).bad()) return false;
        out = v;
        break;
    }
    case EVR_DS:
    case EVR_IS: {
        OFString text;
        if (element->getOFString(text, index).bad() || text.empty()) return false;
        if (!parse(text.c_str(), text.size(), out)) return false;
        break;
    }
    default:
        return false;
    }
    return std::isfinite(out);
}

/// Whether bytes begin a compressed image: JPEG and JPEG-LS (FFD8), JPEG 2000 (FF4F) or its JP2 box.
bool beginsImage(const Uint8 *bytes, Uint32 count)
{
    if (count < 4) return false;
    if (bytes[0] == 0xff && (bytes[1] == 0xd8 || bytes[1] == 0x4f)) return true;
    return count >= 8 && std::memcmp(bytes + 4, "jP  ", 4) == 0;
}

/// Assigns fragments to frames: one each, all to the only one, or by the marker that begins an image.
bool assignFragments(dcm_object *object, DcmPixelSequence *sequence, uint32_t frames)
{
    if (!object->fragmentsOfFrame.empty()) return object->fragmentsOfFrame.size() == frames;
    const unsigned long items = sequence->card();
    if (items < 2 || frames == 0) return false;
    const unsigned long fragments = items - 1; // item 0 is the offset table
    auto &map = object->fragmentsOfFrame;
    if (frames == 1) {
        map.emplace_back(1, fragments);
    } else if (fragments == frames) {
        for (uint32_t f = 0; f < frames; ++f) map.emplace_back(1 + f, 1);
    } else {
        for (unsigned long i = 1; i <= fragments; ++i) {
            DcmPixelItem *item = nullptr;
            Uint8 *bytes = nullptr;
            if (sequence->getItem(item, i).bad() || item->getUint8Array(bytes).bad() || !bytes) return false;
            if (beginsImage(bytes, item->getLength())) map.emplace_back(i, 0);
            if (map.empty()) return false;
            map.back().second += 1;
        }
    }
    return map.size() == frames;
}

} // namespace

extern "C" {

int32_t dcm_dictionary_loaded(void)
{
    prepare();
    return dcmDataDict.isDictionaryLoaded() ? 1 : 0;
}

dcm_object *dcm_open(const char *path, dcm_status *status)
{
    set(status, DCM_UNREADABLE, "");
    status->transfer_syntax[0] = 0;
    dcm_object *result = nullptr;
    guarded(status, [&] {
        prepare();
        auto object = std::make_unique<dcm_object>();
        const OFCondition read =
            object->file.loadFile(OFFilename(path), EXS_Unknown, EGL_noChange, valueBytesKept, ERM_autoDetect);
        OFString named;
        if (object->file.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, named).good())
            std::snprintf(status->transfer_syntax, sizeof status->transfer_syntax, "%s", named.c_str());
        if (read.bad()) {
            const bool cut = read == EC_StreamNotifyClient || read == EC_EndOfStream || read == EC_InvalidStream;
            set(status, cut ? DCM_TRUNCATED : DCM_UNREADABLE, read.text());
            return;
        }
        object->transferSyntax = DcmXfer(object->file.getDataset()->getOriginalXfer()).getXferID();
        set(status, DCM_OK, "");
        result = object.release();
    });
    return result;
}

void dcm_close(dcm_object *object)
{
    dcm_status ignored;
    guarded(&ignored, [&] { delete object; });
}

const char *dcm_transfer_syntax(const dcm_object *object) { return object->transferSyntax.c_str(); }

const dcm_item *dcm_dataset(const dcm_object *object)
{
    return asHandle(const_cast<dcm_object *>(object)->file.getDataset());
}

uint32_t dcm_item_count(const dcm_item *item, uint16_t group, uint16_t element)
{
    uint32_t count = 0;
    dcm_status ignored;
    guarded(&ignored, [&] {
        auto *sequence = dynamic_cast<DcmSequenceOfItems *>(find(item, group, element));
        if (sequence && sequence->ident() == EVR_SQ) count = static_cast<uint32_t>(sequence->card());
    });
    return count;
}

const dcm_item *dcm_sub_item(const dcm_item *item, uint16_t group, uint16_t element, uint32_t index)
{
    const dcm_item *found = nullptr;
    dcm_status ignored;
    guarded(&ignored, [&] {
        auto *sequence = dynamic_cast<DcmSequenceOfItems *>(find(item, group, element));
        if (sequence && sequence->ident() == EVR_SQ && index < sequence->card())
            found = asHandle(sequence->getItem(index));
    });
    return found;
}

int64_t dcm_text(const dcm_item *item, uint16_t group, uint16_t element, char *out, size_t capacity)
{
    int64_t copied = -1;
    dcm_status ignored;
    guarded(&ignored, [&] {
        DcmElement *found = find(item, group, element);
        if (!found || !found->isaString() || found->getLength() > longestFieldBytes) return;
        OFString text;
        if (found->getOFStringArray(text, OFFalse).bad() || text.size() > capacity) return;
        std::memcpy(out, text.data(), text.size());
        copied = static_cast<int64_t>(text.size());
    });
    return copied;
}

int32_t dcm_numbers(const dcm_item *item, uint16_t group, uint16_t element, double *out, int32_t capacity)
{
    int32_t count = 0;
    dcm_status ignored;
    guarded(&ignored, [&] {
        DcmElement *found = find(item, group, element);
        if (!found || found->getLength() > longestFieldBytes) return;
        const unsigned long values = found->getVM();
        while (count < capacity && static_cast<unsigned long>(count) < values) {
            if (!number(found, static_cast<unsigned long>(count), out[count])) {
                count = 0;
                return;
            }
            ++count;
        }
    });
    return count;
}

int64_t dcm_bytes(const dcm_item *item, uint16_t group, uint16_t element, uint8_t *out, size_t capacity)
{
    int64_t length = -1;
    dcm_status ignored;
    guarded(&ignored, [&] {
        DcmElement *found = find(item, group, element);
        if (!found || (found->getVR() != EVR_OB && found->getVR() != EVR_UN)) return;
        const Uint32 count = found->getLength();
        if (count == DCM_UndefinedLength) return;
        if (out && count > 0) {
            Uint8 *bytes = nullptr;
            if (found->getUint8Array(bytes).bad() || !bytes) return;
            std::memcpy(out, bytes, count < capacity ? count : capacity);
        }
        length = count;
    });
    return length;
}

uint16_t dcm_private_block(const dcm_item *item, uint16_t group, const char *creator)
{
    uint16_t block = 0;
    dcm_status ignored;
    guarded(&ignored, [&] {
        for (uint32_t candidate = 0x10; item && candidate <= 0xff; ++candidate) {
            DcmElement *found = find(item, group, static_cast<uint16_t>(candidate));
            OFString name;
            // Creators are reserved without gaps as a rule; a few gaps are tolerated.
            if (!found) {
                if (candidate >= 0x20) return;
                continue;
            }
            if (!found->isaString() || found->getLength() > 128 || found->getOFString(name, 0).bad()) continue;
            const size_t end = name.find_last_not_of(' ');
            if (end != OFString_npos && name.substr(0, end + 1) == creator) {
                block = static_cast<uint16_t>(candidate);
                return;
            }
        }
    });
    return block;
}

dcm_pixel_info dcm_pixels(const dcm_object *object)
{
    dcm_pixel_info info = {};
    dcm_status ignored;
    guarded(&ignored, [&] {
        DcmPixelData *pixels = pixelData(object);
        if (!pixels) return;
        info.present = 1;
        if (DcmPixelSequence *sequence = pixelSequence(object)) {
            info.encapsulated = 1;
            const unsigned long items = sequence->card();
            info.fragments = items > 0 ? items - 1 : 0;
            for (unsigned long i = 1; i < items; ++i) {
                DcmPixelItem *item = nullptr;
                if (sequence->getItem(item, i).good() && item) info.fragment_bytes += item->getLength();
            }
        } else {
            info.native_bytes = pixels->getLength();
        }
    });
    return info;
}

void dcm_frame(dcm_object *object, uint32_t frame, void *out, size_t bytes, dcm_status *status)
{
    set(status, DCM_DECODE_FAILED, "");
    guarded(status, [&] {
        DcmPixelData *pixels = pixelData(object);
        if (!pixels) return set(status, DCM_NO_PIXELS, "no Pixel Data");
        DcmDataset *dataset = object->file.getDataset();
        Uint32 frameBytes = 0;
        const OFCondition sized = pixels->getUncompressedFrameSize(dataset, frameBytes);
        if (sized.bad()) return set(status, DCM_DECODE_FAILED, sized.text());
        if (frameBytes > bytes) return set(status, DCM_DECODE_FAILED, "frame is larger than its header says");
        // DCMTK wants an even buffer, because it may have to swap words.
        std::vector<Uint8> buffer((frameBytes + 1u) & ~1u);
        Uint32 fragment = 0;
        OFString colours;
        const OFCondition decoded = pixels->getUncompressedFrame(
            dataset, frame, fragment, buffer.data(), static_cast<Uint32>(buffer.size()), colours);
        if (decoded == EC_CannotChangeRepresentation || decoded == EC_UnsupportedEncoding)
            return set(status, DCM_UNSUPPORTED, decoded.text());
        if (decoded.bad()) return set(status, DCM_DECODE_FAILED, decoded.text());
        if (frameBytes != bytes) return set(status, DCM_DECODE_FAILED, "frame is smaller than its header says");
        std::memcpy(out, buffer.data(), bytes);
        set(status, DCM_OK, "");
    });
}

void dcm_encoded_frame(
    dcm_object *object, uint32_t frame, uint32_t frames, uint8_t *out, size_t capacity, size_t *length,
    dcm_status *status)
{
    *length = 0;
    set(status, DCM_DECODE_FAILED, "");
    guarded(status, [&] {
        DcmPixelSequence *sequence = pixelSequence(object);
        if (!sequence) return set(status, DCM_NO_PIXELS, "no encapsulated Pixel Data");
        if (frame >= frames || !assignFragments(object, sequence, frames))
            return set(status, DCM_DECODE_FAILED, "fragments do not fit the number of frames");
        const auto [first, count] = object->fragmentsOfFrame[frame];
        size_t total = 0;
        for (unsigned long i = first; i < first + count; ++i) {
            DcmPixelItem *item = nullptr;
            if (sequence->getItem(item, i).bad() || !item) return set(status, DCM_DECODE_FAILED, "fragment missing");
            total += item->getLength();
        }
        *length = total;
        if (total > capacity) return set(status, DCM_OK, "");
        size_t at = 0;
        for (unsigned long i = first; i < first + count; ++i) {
            DcmPixelItem *item = nullptr;
            Uint8 *bytes = nullptr;
            if (sequence->getItem(item, i).bad() || !item) return set(status, DCM_DECODE_FAILED, "fragment missing");
            const size_t size = item->getLength();
            if (size == 0) continue;
            if (item->getUint8Array(bytes).bad() || !bytes || at + size > total)
                return set(status, DCM_DECODE_FAILED, "fragment unreadable");
            std::memcpy(out + at, bytes, size);
            at += size;
        }
        set(status, DCM_OK, "");
    });
}

} // extern "C"
