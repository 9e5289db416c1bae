<?php
// Open tickets of the sector by stage and employee; what examples/service_desk/sector ports.
require_once __DIR__ . '/../crest.php';

const TICKETS = 140;
const OPEN_STAGES = ['DT140_12:UC_0VHWE2', 'DT140_12:PREPARATION', 'DT140_12:CLIENT'];

function ticketsOfStage(string $stageId): array
{
    $tickets = [];
    $start = 0;
    do {
        $answer = CRest::call('crm.item.list', [
            'entityTypeId' => TICKETS,
            'filter' => ['stageId' => $stageId],
            'select' => ['id', 'title', 'stageId', 'assignedById'],
            'start' => $start,
        ]);
        if (isset($answer['error'])) {
            throw new RuntimeException($answer['error_description'] ?? $answer['error']);
        }
        $tickets = array_merge($tickets, $answer['result']['items'] ?? []);
        $start += 50;
    } while (!empty($answer['result']['next']));

    return $tickets;
}

$stages = [];
foreach (OPEN_STAGES as $stageId) {
    $stages[$stageId] = ticketsOfStage($stageId);
}
header('Content-Type: application/json');
echo json_encode(['success' => true, 'data' => $stages]);
