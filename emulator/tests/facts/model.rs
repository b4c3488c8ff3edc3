//! Small models in few words: elements as fragments of XML, joined by flows.
//! It judges nothing; what is wrong with a model is the cluster's to say.

/// A file with one process around these elements, and with declarations that events can refer to.
pub(crate) fn process(id: &str, elements: &str) -> String {
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file">
          <error id="refused" errorCode="REFUSED"/><error id="broken" errorCode="BROKEN"/>
          <escalation id="late" escalationCode="LATE"/><escalation id="lost" escalationCode="LOST"/>
          <signal id="alarm" name="alarm"/><signal id="named" name="=signalName"/>
          <message id="paid" name="paid"><extensionElements><zeebe:subscription correlationKey="=order"/></extensionElements></message>
          <message id="sent" name="sent"><extensionElements><zeebe:subscription correlationKey="=order"/></extensionElements></message>
          <message id="ordered" name="ordered"/>
          <process id="{id}" isExecutable="true">{elements}</process></definitions>"#
    )
}

/// Elements one after the other, joined by flows.
pub(crate) fn path(elements: &[&str]) -> String {
    let mut all = elements.concat();
    for pair in elements.windows(2) {
        all += &flow(id_of(pair[0]), id_of(pair[1]));
    }
    all
}

/// A process `order` of these elements between a none start event and an end event.
pub(crate) fn line(elements: &[&str]) -> String {
    process("order", &path(&[&[START], elements, &[END]].concat()))
}

pub(crate) const START: &str = r#"<startEvent id="start"/>"#;
pub(crate) const END: &str = r#"<endEvent id="end"/>"#;

fn id_of(element: &str) -> &str {
    let (_, rest) = element.split_once(r#"id=""#).expect("an element has an id");
    rest.split('"').next().unwrap_or_default()
}

pub(crate) fn flow(from: &str, to: &str) -> String {
    format!(r#"<sequenceFlow id="{from}_{to}" sourceRef="{from}" targetRef="{to}"/>"#)
}

pub(crate) fn flow_if(from: &str, to: &str, condition: &str) -> String {
    format!(
        r#"<sequenceFlow id="{from}_{to}" sourceRef="{from}" targetRef="{to}"><conditionExpression>{condition}</conditionExpression></sequenceFlow>"#
    )
}

/// A service task whose jobs have its id as their type.
pub(crate) fn service(id: &str) -> String {
    service_with(id, "")
}

/// The same with more extensions.
pub(crate) fn service_with(id: &str, extensions: &str) -> String {
    activity("serviceTask", id, &format!(r#"<zeebe:taskDefinition type="{id}"/>{extensions}"#), "")
}

/// Any element with extensions and what comes after them.
pub(crate) fn activity(tag: &str, id: &str, extensions: &str, more: &str) -> String {
    format!(r#"<{tag} id="{id}"><extensionElements>{extensions}</extensionElements>{more}</{tag}>"#)
}

pub(crate) fn input(source: &str, target: &str) -> String {
    format!(r#"<zeebe:ioMapping><zeebe:input source="{source}" target="{target}"/></zeebe:ioMapping>"#)
}

pub(crate) fn output(source: &str, target: &str) -> String {
    format!(r#"<zeebe:ioMapping><zeebe:output source="{source}" target="{target}"/></zeebe:ioMapping>"#)
}

/// A boundary event with an end event of its own, named like it with `_end`.
pub(crate) fn boundary(id: &str, host: &str, attributes: &str, definition: &str) -> String {
    let end = format!("{id}_end");
    format!(
        r#"<boundaryEvent id="{id}" attachedToRef="{host}" {attributes}>{definition}</boundaryEvent><endEvent id="{end}"/>{}"#,
        flow(id, &end)
    )
}

pub(crate) const BESIDE: &str = r#"cancelActivity="false""#;

pub(crate) fn error(declared: &str) -> String {
    format!(r#"<errorEventDefinition errorRef="{declared}"/>"#)
}

pub(crate) const ANY_ERROR: &str = "<errorEventDefinition/>";

pub(crate) fn message(declared: &str) -> String {
    format!(r#"<messageEventDefinition messageRef="{declared}"/>"#)
}

pub(crate) const ALARM: &str = r#"<signalEventDefinition signalRef="alarm"/>"#;

pub(crate) fn escalation(declared: &str) -> String {
    format!(r#"<escalationEventDefinition escalationRef="{declared}"/>"#)
}

pub(crate) fn duration(text: &str) -> String {
    format!("<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>")
}

pub(crate) fn date(text: &str) -> String {
    format!("<timerEventDefinition><timeDate>{text}</timeDate></timerEventDefinition>")
}

pub(crate) fn cycle(text: &str) -> String {
    format!("<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>")
}

/// An intermediate catch event.
pub(crate) fn catch(id: &str, definition: &str) -> String {
    format!(r#"<intermediateCatchEvent id="{id}">{definition}</intermediateCatchEvent>"#)
}

/// An event sub-process: this start event, a service task `{id}_work`, an end event `{id}_end`.
pub(crate) fn event_sub(id: &str, start: &str) -> String {
    let inside = path(&[start, &service(&format!("{id}_work")), &format!(r#"<endEvent id="{id}_end"/>"#)]);
    format!(r#"<subProcess id="{id}" triggeredByEvent="true">{inside}</subProcess>"#)
}

/// The characteristics of many instances.
pub(crate) fn many(attributes: &str, more: &str) -> String {
    format!(
        r#"<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics {attributes}/></extensionElements>{more}</multiInstanceLoopCharacteristics>"#
    )
}

/// A service task for each item of `items`, with these characteristics.
pub(crate) fn service_for_each(id: &str, extensions: &str, characteristics: &str) -> String {
    activity("serviceTask", id, &format!(r#"<zeebe:taskDefinition type="{id}"/>{extensions}"#), characteristics)
}
