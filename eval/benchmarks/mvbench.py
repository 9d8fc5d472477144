"""MVBench (Li et al. 2024): twenty tasks of two hundred short questions.

Layout: `json/{task}.json`, lists of `{video, question, candidates[], answer (option text)[, start, end]}`;
the videos below `video/` in the folder of their source (`star/Charades_v1_480`, `clevrer/video_validation`,
…), as lmms-eval's task and the official loader list them. Subset: the name of a task, or all. The videos of
`episodic_reasoning` come as folders of pictures in the official archive; put video files in their place.

Official: accuracy by task and their mean. Reading: lmms-eval's; its own mean leaves empty replies out.
"""

from __future__ import annotations

from pathlib import Path

from playhead.eval.candidates import of_tasks
from playhead.eval.layout import video_path
from playhead.eval.questions import QuestionSet
from playhead.eval.types import SetInfo

INFO = SetInfo(
    name="mvbench",
    title="MVBench",
    extractor="mvbench_letter",
    kit="lmms-eval tasks/mvbench/utils.py; layout also VLMEvalKit MVBench.py",
    aggregate="macro over task",
    breakdowns=("task",),
    url="https://github.com/OpenGVLab/Ask-Anything",
)
STAR = ("star/Charades_v1_480", "star/Charades_segment")
CLEVRER, PERCEPTION = ("clevrer/video_validation",), ("perception/videos",)
FOLDERS = {
    "action_sequence": STAR,
    "action_prediction": STAR,
    "object_interaction": STAR,
    "action_antonym": ("ssv2_video", "ssv2_video_mp4"),
    "fine_grained_action": ("Moments_in_Time_Raw/videos",),
    "unexpected_action": ("FunQA_test/test",),
    "action_localization": ("sta/sta_video", "sta/sta_video_segment"),
    "scene_transition": ("scene_qa/video",),
    "fine_grained_pose": ("nturgbd", "nturgbd_convert"),
    "egocentric_navigation": ("vlnqa",),
    "episodic_reasoning": ("tvqa/video_fps3_hq_segment", "tvqa/frames_fps3_hq"),
    **dict.fromkeys(("object_existence", "moving_direction", "moving_count", "moving_attribute"), CLEVRER),
    "counterfactual_inference": CLEVRER,
    **dict.fromkeys(("object_shuffle", "action_count", "state_change", "character_order"), PERCEPTION),
}


def create(argument: str = "", *, data: Path) -> QuestionSet:
    """The set in `data`; `argument` is a task. Raises MediaError for another layout."""
    return of_tasks(INFO, _video, argument, data)


def _video(data: Path, task: str, name: str) -> Path:
    folders = FOLDERS.get(task, (task,))
    return video_path(data, name, *(f"{root}{folder}" for root in ("video/", "") for folder in folders))
