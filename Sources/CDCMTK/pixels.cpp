#include "object.h"

#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <cstring>

using namespace fcd;

namespace {

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
