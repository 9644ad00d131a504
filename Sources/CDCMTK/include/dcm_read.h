/* Reading DICOM objects: a plain C view of DCMTK's dcmdata.
 *
 * Rules: every C++ exception is caught inside; every buffer is the caller's and comes with its size; an object is freed by
 * dcm_close; items are borrowed from their object and die with it. One object must not be used by two threads at once.
 * Hostile input may still crash or exhaust DCMTK (deep nesting, deflate bombs): call this in a disposable process. */
#ifndef FCDWATCH_DCM_READ_H
#define FCDWATCH_DCM_READ_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dcm_object dcm_object;
typedef struct dcm_item dcm_item;

enum {
    DCM_OK = 0,
    DCM_UNREADABLE = 1,       /* not a file, or the bytes are no DICOM object */
    DCM_TRUNCATED = 2,        /* the object ends before its last element does */
    DCM_NO_PIXELS = 3,        /* no such frame, or no Pixel Data */
    DCM_DECODE_FAILED = 4,    /* the codec refused the bytes */
    DCM_NEEDS_MEMORY = 5,     /* an allocation failed */
    DCM_UNSUPPORTED = 6       /* DCMTK has no codec for the encoding */
};

typedef struct {
    int32_t code;
    char text[120];             /* DCMTK's own words: never text from the file */
    char transfer_syntax[72];   /* as named by the file meta group; empty if absent */
} dcm_status;

typedef struct {
    int32_t present;
    int32_t encapsulated;
    uint64_t native_bytes;      /* length of the native value; 0 when encapsulated */
    uint64_t fragments;         /* without the offset table */
    uint64_t fragment_bytes;
} dcm_pixel_info;

/* Whether the data dictionary was found: without it implicit VR cannot be read. */
int32_t dcm_dictionary_loaded(void);

/* Parses a file to its end. Values over 4096 bytes stay in the file until asked for. NULL on failure. */
dcm_object *dcm_open(const char *path, dcm_status *status);
void dcm_close(dcm_object *object);

/* UID of the transfer syntax the data set is encoded in. */
const char *dcm_transfer_syntax(const dcm_object *object);
const dcm_item *dcm_dataset(const dcm_object *object);

/* Number of items of a sequence directly in `item`; 0 when absent. */
uint32_t dcm_item_count(const dcm_item *item, uint16_t group, uint16_t element);
/* NULL when absent. */
const dcm_item *dcm_sub_item(const dcm_item *item, uint16_t group, uint16_t element, uint32_t index);

/* Copies at most `capacity` bytes of a character value, all its values joined by backslashes, undecoded and unterminated.
 * Returns the number copied, or -1 when absent, no text, or longer than `capacity`. */
int64_t dcm_text(const dcm_item *item, uint16_t group, uint16_t element, char *out, size_t capacity);

/* Up to `capacity` numbers of a DS, IS, FD, FL, US, SS, UL or SL value. Returns how many; 0 when absent or malformed. */
int32_t dcm_numbers(const dcm_item *item, uint16_t group, uint16_t element, double *out, int32_t capacity);

/* Copies the bytes of an OB or UN value as they stand, at most `capacity`; `out` may be NULL to ask for the length alone.
 * Returns the value's length, or -1 when absent or of another representation. */
int64_t dcm_bytes(const dcm_item *item, uint16_t group, uint16_t element, uint8_t *out, size_t capacity);

/* The block (10 to ff) that a private creator has reserved in an odd group (PS3.5 7.8.1); 0 when it has none. */
uint16_t dcm_private_block(const dcm_item *item, uint16_t group, const char *creator);

dcm_pixel_info dcm_pixels(const dcm_object *object);

/* Decodes one frame of monochrome pixels into `out`, in the byte order of this machine. */
void dcm_frame(dcm_object *object, uint32_t frame, void *out, size_t bytes, dcm_status *status);

/* Copies the encoded bytes of one frame. `length` receives how many there are; nothing is copied when `capacity` is less. */
void dcm_encoded_frame(
    dcm_object *object, uint32_t frame, uint32_t frames, uint8_t *out, size_t capacity, size_t *length,
    dcm_status *status);

/* Converts bytes from a named encoding (as iconv knows it) to UTF-8; each byte that is no part of a character becomes U+FFFD.
 * Returns bytes written, or -1 when the encoding is unknown or `out` is too small. */
int64_t dcm_to_utf8(const char *encoding, const char *bytes, size_t count, char *out, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
