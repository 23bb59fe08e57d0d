"""The models that read text: the embedder, the reader and rerankers, each with its runners."""

import sys

# OpenVINO would import its converter of models at its start, and that its telemetry: a tenth of a
# second that a cold question waits for what nothing here calls. It does without (an ImportError).
sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
