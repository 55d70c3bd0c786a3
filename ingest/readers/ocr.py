"""Pictures of text: .png, .jpg, .tif and .bmp files, and the pages of scanned PDFs, by RapidOCR (the extra ``ocr``)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.document import Document
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.readers import layout
from ingest.readers.blocks import compose
from ingest.readers.files import content
from ingest.readers.sheets import Fragment, Sheet

if TYPE_CHECKING:
    from PIL.Image import Image

REMEDY = "请安装文字识别：pip install 'wenbao[ocr]'"
#: in pixels: a page of A4 at 170 dots an inch, in which characters of 10 points are 24 high
LONGEST_SIDE = 2000
#: lines are looked for in a smaller picture: as well (measured on pages of 10 and 16 points), in a third of the time
_DETECTED_SIDE = 1280
#: the models inside RapidOCR's wheel, in PP-OCR's naming, by the step they are for
_MODELS = {"Det": "*_det_*.onnx", "Cls": "*_cls_*.onnx", "Rec": "*_rec_*.onnx"}
#: what is less certain is a speck or a seal, not words
_LEAST_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Recognised:
    """The lines recognised in a picture, and how sure of them recognition is on average over their characters."""

    fragments: tuple[Fragment, ...]
    confidence: float


def available() -> bool:
    """Whether OCR is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read(path: Path, limits: Limits) -> Document:
    """The document in a picture; each picture of a .tif is a page.

    :raises IngestError: where OCR is not installed, or the file cannot be opened, is empty, damaged, or larger than
        ``limits`` allow.
    """
    data = content(path, limits)
    if not available():
        raise IngestError(f"{path}：是图片。{REMEDY}，或请转成文字再收入。")
    sheets, confidences = [], {}
    for number, picture in enumerate(_pictures(path, data, limits), start=1):
        found = recognise(picture)
        sheets.append(Sheet(number, picture.width, picture.height, found.fragments))
        confidences[number] = found.confidence
    document = compose(layout.blocks(sheets))
    if not document.text:
        raise IngestError(f"{path}：图片里没有认出文字。请检查是否清晰、是否端正，或转成文字再收入。")
    return replace(document, pages=tuple(replace(p, confidence=confidences[p.number]) for p in document.pages))


def recognise(picture: Image, scale: float = 1.0) -> Recognised:
    """What is written in a picture.

    :param scale: pixels a point; the fragments' boxes are in points.
    """
    import numpy

    result = _engine()(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])
    found = []
    weights = 0.0
    for box, text, score in zip(*_or_empty(result), strict=True):
        if score < _LEAST_CONFIDENCE or not text.strip():
            continue
        xs, ys = [float(x) / scale for x, _ in box], [float(y) / scale for _, y in box]
        found.append(Fragment(text, min(xs), min(ys), max(xs), max(ys), 0.0))
        weights += float(score) * len(text)
    characters = sum(len(fragment.text) for fragment in found)
    return Recognised(tuple(found), round(weights / characters, 3) if characters else 0.0)


def _or_empty(result: Any) -> tuple[Any, Any, Any]:
    return ((), (), ()) if result.boxes is None else (result.boxes, result.txts, result.scores)


@cache
def _engine() -> Any:
    """RapidOCR with the models that its wheel holds: given their paths, it never looks for others to download."""
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    parameters: dict[str, Any] = {
        "Global.log_level": "error",
        "Det.limit_type": "max",
        "Det.limit_side_len": _DETECTED_SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": int(os.environ.get("OMP_NUM_THREADS", "0")) or -1,
    }
    for step, pattern in _MODELS.items():
        model = next(iter(sorted(folder.glob(pattern))), None)
        if model is None:
            raise IngestError(f"文字识别的模型不全：{folder} 里没有 {pattern}。请重新安装：pip install 'wenbao[ocr]'。")
        parameters[f"{step}.model_path"] = str(model)
    return rapidocr.RapidOCR(params=parameters)


def _pictures(path: Path, data: bytes, limits: Limits) -> Iterator[Image]:
    """The pictures in a file, upright, none larger than recognition looks at."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data)) as file:
            count = getattr(file, "n_frames", 1)
            if count > limits.pages:
                raise IngestError(
                    f"{path}：有 {count} 页，超过一个文件 {limits.pages} 页的上限。请拆分后再收入，或调大设置 WENBAO_MAX_PAGES。"
                )
            for index in range(count):
                file.seek(index)
                if file.width * file.height * 4 > limits.expanded_bytes:
                    raise Image.DecompressionBombError
                picture = ImageOps.exif_transpose(file).convert("RGB")
                picture.thumbnail((LONGEST_SIDE * 2, LONGEST_SIDE * 2))
                yield picture
    except IngestError:
        raise
    except Image.DecompressionBombError as fault:
        raise IngestError(f"{path}：图片太大。请缩小后再收入。") from fault
    except Exception as fault:  # a damaged picture can fail anywhere in its codec
        raise IngestError(f"{path}：图片已损坏，或不是图片。请用看图软件打开检查，另存后再收入。") from fault
