"""A bitmap of any kind keeps its look and loses all else that its file says."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from deckwright.cards.images import draw, whole
from pictures import GREEN, bomb, encoded, media, near, noise, one, png_chunk, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

WHITE = (255, 255, 255)


def raw_png(depth: int, colour: int, pixel: bytes, *more: bytes) -> bytes:
    """Make a PNG of 8 by 8 equal pixels, by hand, of a kind that Pillow does not write."""
    header = struct.pack(">IIBBBBB", 8, 8, depth, colour, 0, 0, 0)
    chunks = (png_chunk(b"IHDR", header), *more, png_chunk(b"IDAT", zlib.compress(8 * (b"\0" + 8 * pixel))))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + png_chunk(b"IEND", b"")


def deep(*shades: int) -> bytes:
    return struct.pack(f">{len(shades)}H", *shades)


def palette_with_transparency() -> bytes:
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([255, 0, 0, 0, 128, 0])
    picture.paste(1, (4, 0, 8, 8))
    return encoded(picture, "PNG", transparency=0)


def heic(picture: Image.Image, orientation: int = 1) -> bytes:
    """Write a HEIC file as a telephone does: turned by a property of the picture, and said so in EXIF too."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    file = pillow_heif.from_pillow(picture)
    file.info["exif"] = exif.tobytes()
    out = io.BytesIO()
    file.save(out, quality=95)
    return out.getvalue()


def deep_heic(mode: str, pixel: bytes) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_bytes(mode=mode, size=(64, 64), data=pixel * 64 * 64).save(out, quality=95)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "place", "pixel"),
    [
        ("a.png", encoded(Image.new("RGB", (8, 8), GREEN), "PNG"), (4, 4), GREEN),
        ("a.jpg", encoded(Image.new("RGB", (8, 8), GREEN), "JPEG"), (4, 4), GREEN),
        ("a.webp", encoded(Image.new("RGB", (8, 8), GREEN), "WEBP"), (4, 4), GREEN),
        ("a.heic", heic(Image.new("RGB", (64, 64), GREEN)), (4, 4), GREEN),
        ("a.HEIF", heic(Image.new("RGBA", (64, 64), (*GREEN, 99))), (4, 4), (*GREEN, 99)),
        ("ten.heic", deep_heic("RGB;16", struct.pack("<3H", 0, 32896, 0)), (4, 4), GREEN),
        ("grey.heic", deep_heic("I;16", struct.pack("<H", 32896)), (4, 4), (128, 128, 128)),
        (
            "progressive.jpg",
            encoded(Image.new("RGB", (8, 8), GREEN), "JPEG", progressive=True),
            (4, 4),
            GREEN,
        ),
        ("cmyk.jpg", encoded(Image.new("CMYK", (8, 8), (255, 0, 255, 127)), "JPEG"), (4, 4), GREEN),
        ("grey.jpg", encoded(Image.new("L", (8, 8), 128), "JPEG"), (4, 4), (128, 128, 128)),
        ("bits.png", encoded(Image.new("1", (8, 8), 1), "PNG"), (4, 4), WHITE),
        ("bit.png", raw_png(1, 0, b"", png_chunk(b"tRNS", deep(0))), (4, 4), (0, 0, 0, 0)),
        ("grey.png", raw_png(16, 0, deep(32896)), (4, 4), (128, 128, 128)),
        ("white.png", raw_png(16, 0, deep(65535)), (4, 4), WHITE),
        ("clear.png", raw_png(16, 0, deep(32896), png_chunk(b"tRNS", deep(7))), (4, 4), (128, 128, 128)),
        ("deep.png", raw_png(16, 2, deep(0, 32896, 0)), (4, 4), GREEN),
        ("grey-alpha.png", raw_png(16, 4, deep(32896, 25700)), (4, 4), (128, 128, 128, 100)),
        ("alpha.png", raw_png(16, 6, deep(0, 32896, 0, 25700)), (4, 4), (*GREEN, 100)),
        ("key.png", raw_png(8, 2, bytes(GREEN), png_chunk(b"tRNS", deep(*GREEN))), (4, 4), (0, 0, 0, 0)),
        ("palette.png", palette_with_transparency(), (6, 4), (*GREEN, 255)),
        ("palette.png", palette_with_transparency(), (0, 4), (0, 0, 0, 0)),
        ("la.png", encoded(Image.new("LA", (8, 8), (128, 100)), "PNG"), (4, 4), (128, 128, 128, 100)),
        ("opaque.png", encoded(Image.new("RGBA", (8, 8), (*GREEN, 255)), "PNG"), (4, 4), GREEN),
    ],
)
def test_a_bitmap_of_any_mode_keeps_its_colours(
    tmp_path: Path, name: str, content: bytes, place: tuple[int, int], pixel: tuple[int, ...]
) -> None:
    found = one(whole(media(tmp_path, name, content))).getpixel(place)
    assert isinstance(found, tuple)
    if pixel[3:] == (0,):
        assert found[3] == 0
    else:
        assert near(found, pixel)


def test_a_cmyk_photo_is_of_the_inverted_kind(tmp_path: Path) -> None:
    content = encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95)
    assert b"\xff\xee\x00\x0eAdobe" in content
    assert near(one(whole(media(tmp_path, "a.jpg", content))).getpixel((4, 4)), (255, 0, 0))


def icc(space: bytes, **tags: bytes) -> bytes:
    """Make a colour profile of a screen or camera, with the white that all profiles of version 2 share."""
    table, body = b"", b""
    tags = {"wtpt": xyz(0.9642, 1, 0.8249)} | tags
    start = 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name.encode() + struct.pack(">II", start + len(body), len(tag))
        body += tag
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"none", 0x02400000, b"mntr", space, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


def xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(value * 256))


def wide(red: Sequence[float], green: Sequence[float], blue: Sequence[float]) -> bytes:
    curve = gamma(2.2)
    primaries = {"rXYZ": xyz(*red), "gXYZ": xyz(*green), "bXYZ": xyz(*blue)}
    return icc(b"RGB ", **primaries, rTRC=curve, gTRC=curve, bTRC=curve)


DISPLAY_P3 = wide((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
ADOBE_RGB = wide((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    ("profile", "pixel", "in_srgb"),
    [
        # By the matrices of both spaces: what a photo of such a camera means by that pixel.
        (DISPLAY_P3, (200, 100, 50), (214, 95, 28)),
        (ADOBE_RGB, (120, 160, 100), (94, 161, 95)),
    ],
)
def test_a_photo_from_a_wider_space_of_colours_does_not_come_out_dull(
    tmp_path: Path, kind: str, profile: bytes, pixel: tuple[int, ...], in_srgb: tuple[int, ...]
) -> None:
    content = encoded(Image.new("RGB", (64, 64), pixel), kind, quality=100, icc_profile=profile)
    name = {"HEIF": "a.heic"}.get(kind, f"a.{kind.lower()}")
    assert near(one(whole(media(tmp_path, name, content))).getpixel((9, 9)), in_srgb, 5)


def test_a_profile_leaves_alpha_and_fits_grey(tmp_path: Path) -> None:
    clear = encoded(Image.new("RGBA", (8, 8), (200, 100, 50, 99)), "PNG", icc_profile=DISPLAY_P3)
    assert near(one(whole(media(tmp_path, "a.png", clear))).getpixel((4, 4)), (214, 95, 28, 99))
    dark = encoded(Image.new("L", (8, 8), 128), "JPEG", icc_profile=icc(b"GRAY", kTRC=gamma(1)))
    assert near(one(whole(media(tmp_path, "a.jpg", dark))).getpixel((4, 4)), (188, 188, 188))


@pytest.mark.parametrize(
    "profile",
    [
        b"profile",
        DISPLAY_P3[:200],
        icc(b"GRAY", kTRC=gamma(1)),
        icc(b"CMYK"),
        DISPLAY_P3.replace(b"rTRC", b"xTRC"),
        DISPLAY_P3 + bytes(5 * 2**20),
    ],
    ids=["no profile", "cut short", "of grey", "of ink", "incomplete", "huge"],
)
def test_a_profile_that_does_not_fit_counts_as_none(tmp_path: Path, profile: bytes) -> None:
    content = encoded(Image.new("RGB", (8, 8), (200, 100, 50)), "PNG", icc_profile=profile)
    assert near(one(whole(media(tmp_path, "a.png", content))).getpixel((4, 4)), (200, 100, 50))


def test_a_png_with_a_whole_drawing_inside_is_drawn(tmp_path: Path) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("mxfile", "diagram " * 2**18, zip=True)
    content = encoded(Image.new("RGB", (8, 8), GREEN), "PNG", pnginfo=words)
    assert near(one(whole(media(tmp_path, "a.png", content))).getpixel((4, 4)), GREEN)


SECRET = b"a place that nobody is to know"


def told_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET.decode())
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return encoded(halves(), "PNG", pnginfo=words, exif=secrets(), icc_profile=DISPLAY_P3)


def told_heic() -> bytes:
    file = pillow_heif.from_pillow(halves())
    file.info.update({"exif": secrets().tobytes(), "xmp": SECRET, "icc_profile": DISPLAY_P3})
    out = io.BytesIO()
    file.save(out, quality=95)
    return out.getvalue()


def secrets() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: SECRET.decode()})
    return exif


def halves() -> Image.Image:
    """Return a picture that is green at its left: turned clockwise, at its top."""
    picture = Image.new("RGB", (128, 64), WHITE)
    picture.paste(GREEN, (0, 0, 64, 64))
    return picture


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.jpg",
            encoded(
                halves(),
                "JPEG",
                exif=secrets(),
                xmp=SECRET,
                comment=SECRET,
                icc_profile=DISPLAY_P3,
                quality=95,
            ),
        ),
        ("a.webp", encoded(halves(), "WEBP", exif=secrets(), xmp=SECRET, icc_profile=DISPLAY_P3, quality=95)),
        ("a.png", told_png()),
        ("a.heic", told_heic()),
    ],
)
def test_a_photo_is_upright_and_says_nothing_of_where_and_by_whom(
    tmp_path: Path, name: str, content: bytes
) -> None:
    assert SECRET in content
    picture = whole(media(tmp_path, name, content))
    drawn = draw([picture])[picture.name]
    assert drawn.size == (64, 128)
    upright = one(picture)
    # This green means a little more in the wider space that the file names.
    assert near(upright.getpixel((32, 10)), (0, 131, 0), 9)
    assert near(upright.getpixel((32, 118)), WHITE)
    assert not upright.getexif()
    assert not any(
        word in drawn.data for word in (SECRET, b"place", b"acsp", b"Exif", b"II*\0", b"MM\0*", b"xmp")
    )
    assert chunks(drawn.data) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


def chunks(webp: bytes) -> set[bytes]:
    """Name the parts of a WebP file, which fill it to its end."""
    found, start = set(), 12
    while start < len(webp):
        found.add(webp[start : start + 4])
        length = int.from_bytes(webp[start + 4 : start + 8], "little")
        start += 8 + length + length % 2
    assert (webp[:4], webp[8:12], start) == (b"RIFF", b"WEBP", len(webp))
    return found


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_once_by_whatever_says_so(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = halves()
    by_exif = one(whole(media(tmp_path, "a.jpg", encoded(picture, "JPEG", exif=exif, quality=95))))
    by_property = one(whole(media(tmp_path, "a.heic", heic(picture, orientation))))
    assert by_exif.size == by_property.size == ((128, 64) if orientation < 5 else (64, 128))
    for place in ((5, 5), (58, 58), (by_exif.width - 5, by_exif.height - 5)):
        pixel = by_exif.getpixel(place)
        assert isinstance(pixel, tuple)
        assert near(by_property.getpixel(place), pixel)


def test_an_old_exif_note_does_not_turn_a_heic_photo_again(tmp_path: Path) -> None:
    """HEIC turns pictures by a property; what EXIF says is how the camera was held."""
    content = heic(halves(), 6)
    assert b"irot" in content
    unturned = content.replace(b"irot", b"free")
    assert one(whole(media(tmp_path, "a.heic", unturned))).size == (128, 64)


def test_a_cameras_file_with_a_second_picture_is_one_picture(tmp_path: Path) -> None:
    second = Image.new("RGB", (64, 64), (255, 0, 0))
    content = encoded(Image.new("RGB", (8, 8), GREEN), "MPO", save_all=True, append_images=[second])
    assert near(one(whole(media(tmp_path, "photo.jpg", content))).getpixel((4, 4)), GREEN)
    for primary, colour in ((0, GREEN), (1, (255, 0, 0))):
        file, out = pillow_heif.from_pillow(Image.new("RGB", (64, 64), GREEN)), io.BytesIO()
        file.add_from_pillow(second)
        file.save(out, primary_index=primary)
        assert near(one(whole(media(tmp_path, "photo.heic", out.getvalue()))).getpixel((4, 4)), colour)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused(tmp_path: Path, kind: str) -> None:
    frame = Image.new("RGB", (8, 8), (255, 0, 0))
    content = encoded(Image.new("RGB", (8, 8), GREEN), kind, save_all=True, append_images=[frame])
    assert refusal(whole(media(tmp_path, f"a.{kind.lower()}", content))).code == "animated-picture"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "HEIF"])
@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[: len(data) // 2], lambda data: data[:-40], lambda data: data[:12] + bytes(200)],
)
def test_damaged_bitmaps_are_refused(tmp_path: Path, kind: str, spoil: Callable[[bytes], bytes]) -> None:
    refused = refusal(whole(media(tmp_path, f"a.{kind.lower()}", spoil(noise(kind)))))
    assert refused.code == "broken-picture"


@pytest.mark.parametrize(("width", "height"), [(8001, 8000), (60_000, 60_000), (2**31 - 1, 1)])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, width: int, height: int) -> None:
    refused = refusal(whole(media(tmp_path, "bomb.png", bomb(width, height))))
    assert (refused.code, refused.message) == (
        "picture-too-large",
        f"`bomb.png` has {width} × {height} pixels",
    )


def test_bombs_of_other_formats_are_refused_by_their_headers_too(tmp_path: Path) -> None:
    jpeg = bytearray(noise("JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 50_000)
    assert refusal(whole(media(tmp_path, "a.jpg", bytes(jpeg)))).message == "`a.jpg` has 50000 × 60000 pixels"
    photo = heic(Image.new("RGB", (64, 64)))
    extent = photo.index(b"ispe") + 8
    photo = photo[:extent] + struct.pack(">II", 30_000, 20_000) + photo[extent + 8 :]
    assert refusal(whole(media(tmp_path, "a.heic", photo))).message == "`a.heic` has 30000 × 20000 pixels"


def test_of_a_large_jpeg_only_what_is_needed_is_decoded_and_looks_the_same(tmp_path: Path) -> None:
    soft = Image.new("RGB", (8, 6), GREEN)
    soft.paste((220, 60, 40), (2, 1, 5, 4))
    large = soft.resize((1600, 1200), Image.Resampling.BICUBIC)
    small = one(whole(media(tmp_path, "a.jpg", encoded(large, "JPEG", quality=95)), 400))
    exact = one(whole(media(tmp_path, "a.png", encoded(large, "PNG")), 400))
    assert small.size == exact.size == (400, 300)
    for place in ((0, 0), (150, 120), (200, 150), (399, 299)):
        pixel = exact.getpixel(place)
        assert isinstance(pixel, tuple)
        assert near(small.getpixel(place), pixel, 8)
