"""The strings that islands show: TypeScript holds none of its own, so they are written and translated here."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Texts = Mapping[str, Promise]

STAGES: Texts = {
    "stage_asking": _("asking for the picture"),
    "stage_connecting": _("connecting"),
    "stage_waiting_data": _("waiting for data"),
    "stage_buffering": _("buffering"),
    "stage_playing": _("playing"),
    "stage_stalled": _("the picture stands still"),
    "stage_reconnecting": _("connecting again"),
    "stage_failed": _("no picture"),
    "stage_ended": _("ended"),
    "cause_codec_unsupported": _("This browser cannot play %(codec)s."),
    "cause_network": _("The connection to the media service was lost."),
    "cause_no_data": _("The media service sends no data."),
    "cause_decoder": _("The browser could not decode the picture."),
    "cause_no_answer": _("The device does not answer."),
    "cause_refused": _("The device refused."),
    "cause_no_packet": _("The device accepted, but no packet arrived."),
    "cause_no_key_frame": _("Packets arrive, but no key frame among them."),
    "cause_codec_unknown": _("The device sends a picture in an unknown format."),
    "cause_device_offline": _("The device is not registered."),
    "cause_no_receiver": _("No receiver is free on the media service."),
    "cause_not_allowed": _("You may not view this camera."),
    "cause_stream_ended": _("The stream has ended."),
    "cause_unknown": _("The picture could not be started."),
    "advice_codec_unsupported": _("Have the sub-stream of the camera set to H.264, or use a browser that plays it."),
    "advice_no_answer": _("Check the device's power and network."),
    "advice_refused": _("The device may have too many viewers. Try again later."),
    "advice_no_packet": _("Check the firewall between the device and this server, and the ports for media."),
    "advice_no_key_frame": _("Set the device's key frame interval to 2 seconds or less."),
    "advice_codec_unknown": _("Set the device to H.264."),
    "advice_device_offline": _("It is shown as soon as the device registers again."),
    "advice_no_receiver": _("Close pictures that nobody looks at."),
    "since": _("since %(time)s"),
    "retry": _("Try again"),
    "retry_in": _("trying again in %(seconds)s s"),
    "delay": _("delay %(seconds)s s"),
    "main_stream": _("main stream"),
    "sub_stream": _("sub-stream"),
    "sub_stream_because": _("sub-stream, because this browser cannot play %(codec)s"),
}

UNITS: Texts = {
    "unit_days": _("%(n)s d"),
    "unit_hours": _("%(n)s h"),
    "unit_minutes": _("%(n)s min"),
    "unit_seconds": _("%(n)s s"),
}

TIMELINE: Texts = {
    "timeline": _("time line of the day"),
    "lane_recorded": _("recorded"),
    "lane_gap": _("gap"),
    "lane_anomaly": _("anomaly"),
    "lane_alarm": _("alarm"),
    "lane_held": _("held as evidence"),
    "lane_device": _("on the device"),
    "zoom_in": _("Zoom in"),
    "zoom_out": _("Zoom out"),
    "whole_day": _("Whole day"),
    "mark_in": _("Mark the beginning (I)"),
    "mark_out": _("Mark the end (O)"),
    "clear_marks": _("Clear the marks"),
    "selection": _("selected %(from)s – %(to)s (%(duration)s)"),
    "no_selection": _("Drag to select a period"),
    "timeline_help": _("Arrow keys step, + and − zoom, space plays, I and O mark."),
}

PTZ: Texts = {
    "ptz_control": _("Steering"),
    "take": _("Take control"),
    "release": _("Release control"),
    "lease_free": _("Nobody steers"),
    "lease_mine": _("You steer"),
    "lease_other": _("%(holder)s steers"),
    "level": _("level %(level)s"),
    "time_left": _("%(time)s left"),
    "reason": _("Reason"),
    "special": _("A special circumstance is declared"),
    "special_help": _("The take-over and its reason are written to the audit."),
    "according_to": _("According to %(clause)s"),
    "cancel": _("Cancel"),
    "move_up": _("Up"),
    "move_down": _("Down"),
    "move_left": _("Left"),
    "move_right": _("Right"),
    "move_up_left": _("Up and left"),
    "move_up_right": _("Up and right"),
    "move_down_left": _("Down and left"),
    "move_down_right": _("Down and right"),
    "stop": _("Stop"),
    "zoom": _("Zoom"),
    "zoom_wide": _("Wider"),
    "zoom_tele": _("Closer"),
    "focus": _("Focus"),
    "focus_near": _("Focus nearer"),
    "focus_far": _("Focus farther"),
    "iris": _("Iris"),
    "iris_open": _("Open the iris"),
    "iris_close": _("Close the iris"),
    "speed": _("Speed"),
    "wiper": _("Wiper"),
    "presets": _("Presets"),
    "preset": _("Preset %(number)s"),
    "preset_call": _("Go there"),
    "preset_set": _("Keep this position"),
    "preset_delete": _("Delete the preset"),
    "command_sent": _("sent"),
    "command_acknowledged": _("received by the device"),
    "command_verified": _("done"),
    "command_contradicted": _("the picture did not move"),
    "command_failed": _("failed"),
    "connecting": _("connecting"),
    "disconnected": _("The connection for steering is interrupted."),
    "keys_help": _("Hold a button or an arrow key to move; + and − zoom."),
}

WALL: Texts = {
    "tree_search": _("Search site or camera"),
    "tree_favourites": _("Favourites"),
    "tree_all": _("All"),
    "tree_loading": _("Loading the cameras …"),
    "tree_empty": _("No camera is visible to you. Cameras appear when their sites are assigned to your agency."),
    "tree_nothing_found": _("Nothing matches “%(text)s”."),
    "tree_failed": _("The cameras could not be loaded."),
    "online": _("online"),
    "offline": _("offline"),
    "favourite_add": _("Add to favourites"),
    "favourite_remove": _("Remove from favourites"),
    "layout_1": _("One pane"),
    "layout_4": _("Four panes"),
    "layout_9": _("Nine panes"),
    "layout_16": _("Sixteen panes"),
    "close_all": _("Close all"),
    "full_screen": _("Full screen"),
    "leave_full_screen": _("Leave full screen"),
    "pane": _("Pane %(number)s"),
    "pane_empty": _("Drag a camera here, or select this pane and click a camera."),
    "pane_close": _("Close this picture"),
    "pane_enlarge": _("Show this picture alone"),
    "pane_snapshot": _("Look at a snapshot"),
    "pane_mark": _("Mark an anomaly"),
    "pane_playback": _("Go back in time"),
    "pane_steer": _("Steer"),
    "pane_stream": _("Change between main and sub-stream"),
    "pane_reconnect": _("Connect again"),
    "failed_snapshot": _("The snapshot could not be taken."),
    "hide_tree": _("Hide the cameras"),
    "show_tree": _("Show the cameras"),
}

PLAYBACK: Texts = {
    "calendar": _("Calendar"),
    "previous_month": _("Previous month"),
    "next_month": _("Next month"),
    "previous_day": _("Previous day"),
    "next_day": _("Next day"),
    "weekdays": _("Mon,Tue,Wed,Thu,Fri,Sat,Sun"),
    "has_recording": _("has recordings"),
    "play": _("Play"),
    "pause": _("Pause"),
    "step_back": _("One frame back"),
    "step_forward": _("One frame on"),
    "back_10": _("10 seconds back"),
    "forward_10": _("10 seconds on"),
    "speed": _("Speed"),
    "add_camera": _("Add a camera"),
    "remove_camera": _("Remove this camera"),
    "no_camera": _("Choose a camera to see its recordings."),
    "without_footage": _("%(camera)s (nothing recorded on this day)"),
    "press_play": _("Press play or click the time line; the purpose of viewing is asked first."),
    "gap": _("No recording here"),
    "gap_until": _("recorded again from %(time)s"),
    "gap_skip": _("Go there"),
    "play_from_device": _("Play from the device"),
    "fetch_from_device": _("Fetch from the device"),
    "fetch_ordered": _("The footage is being fetched from the device. You may leave this page."),
    "fetch_progress": _("How far it is"),
    "speed_unsupported": _("The device does not play at %(wanted)s×; it goes on at %(now)s×."),
    "speed_no_answer": _("The device did not answer; it goes on at %(now)s×."),
    "pause_unsupported": _("The device cannot pause; it plays on."),
    "pause_no_answer": _("The device did not answer; it plays on."),
    "day_empty": _("Nothing was recorded on this day."),
    "loading": _("loading"),
    "failed": _("The recording could not be opened."),
    "purpose_title": _("Purpose of viewing"),
    "purpose_sentence": _("Opening recorded footage is entered in the usage log with your name and the purpose."),
    "purpose": _("Purpose"),
    "purpose_choose": _("Choose what for"),
    "remark": _("Remark"),
    "open": _("Open"),
    "cancel": _("Cancel"),
    "use_selection": _("Use the selected period"),
}

MAP: Texts = {
    "map": _("Map"),
    "zoom_in": _("Zoom in"),
    "zoom_out": _("Zoom out"),
    "no_tiles": _("No map is installed; places are shown on a grid."),
}

CHARTS: Texts = {
    "no_data": _("There are no figures for this period."),
    "as_table": _("as a table"),
}

EVENTS: Texts = {
    "open": _("Open"),
    "close": _("Close"),
}

_KEPT_PAGES: Texts = {
    "pages_insecure": _(
        "This address is not a secure one (https), so pages cannot be kept: without a network, leave this page open."
    ),
    "pages_failed": _("The pages could not be kept on this device. Load this page again while there is a network."),
    "signed-out": _("Sign in again: what you entered is kept on this device and is sent afterwards."),
}

FIELD: Texts = {
    **_KEPT_PAGES,
    "saved": _("Saved at %(time)s."),
    "kept": _("Kept on this device; it is sent as soon as there is a network."),
    "refused": _("Not taken: %(message)s"),
    "restored": _("What was typed on this device has been put back."),
    "other-user": _("Somebody else is signed in. What was entered here is sent when its writer signs in again."),
    "clash": _("%(who)s changed the same items in the meantime. Choose what holds; nothing is sent before."),
    "mine": _("entered here"),
    "theirs": _("entered by the colleague"),
    "settle": _("Take what I chose"),
    "waiting": _("%(photos)s photographs and %(signatures)s signatures wait on this device."),
    "pages_offline": _("No network: this page was opened from this device."),
    "pages_kept": _("This page opens without a network too (kept at %(time)s)."),
    "sign_done": _("This is the signature"),
    "sign_again": _("Write again"),
    "sign_early": _("%(count)s items have no answer yet: answer them, then sign."),
    "sign_name": _("Enter the name first."),
    "signed": _("%(name)s signed at %(time)s."),
}

FIELD_DESK: Texts = {
    **_KEPT_PAGES,
    "desk_kept": _("%(count)s inspections open on this device without a network (kept at %(time)s)."),
    "desk_offline": _("No network. The inspections kept on this device can be worked on; everything is sent later."),
    "desk_waiting": _("%(count)s waiting to be sent"),
    "desk_clash": _("A colleague changed the same items: open it and choose."),
}

FLOORPLAN: Texts = {
    "outline": _("Outline of %(area)s"),
    "outline_how": _("Click the corners of %(area)s on the picture, then the tick."),
    "outline_done": _("Finish the outline"),
    "saved": _("Saved"),
    "not_saved": _("Not saved. Try again."),
}

CORNERS: Texts = {
    "how": _("Drag the four corners onto those of the sheet, or move them with the arrow keys."),
    "corner_1": _("Top left corner"),
    "corner_2": _("Top right corner"),
    "corner_3": _("Bottom right corner"),
    "corner_4": _("Bottom left corner"),
    "photograph": _("Photograph"),
    "straightened": _("Straightened, as it will be kept"),
    "looking": _("Looking for the sheet…"),
    "not_found": _("The sheet does not stand out from its ground: drag the corners yourself."),
    "again": _("Find the corners again"),
    "whole": _("Take the whole photograph"),
    "no_picture": _("This file cannot be shown as a picture."),
    "no_network": _("No network: the sheet is straightened when the photograph is filed."),
}

_BY_ISLAND: Mapping[str, tuple[Texts, ...]] = {
    "wall": (STAGES, UNITS, PTZ, WALL),
    "player": (STAGES,),
    "playback": (STAGES, UNITS, TIMELINE, PLAYBACK),
    "timeline": (UNITS, TIMELINE),
    "ptz": (UNITS, PTZ),
    "events": (EVENTS,),
    "jobs": (),
    "map": (MAP,),
    "charts": (CHARTS,),
    "field": (FIELD,),
    "field-desk": (FIELD_DESK,),
    "floorplan": (FLOORPLAN,),
    "corners": (CORNERS,),
}


def texts(island: str) -> dict[str, str]:
    """All strings of an island in the present language."""
    return {key: str(text) for part in _BY_ISLAND[island] for key, text in part.items()}
