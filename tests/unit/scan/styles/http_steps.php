<?php
$url = $portal['C_REST_WEB_HOOK_URL'];
$url .= 'crm.lead.add';
file_get_contents($url); //! http.rest crm.lead.add
function page($query)
{
    $address = $query . '/crm.deal.list.json?start=';
    $start = 0;
    do {
        $answer = json_decode(file_get_contents($address . $start), true); //! http.rest crm.deal.list +pagination-loop
        $start += 50;
    } while (isset($answer['next']));
}
function together(array $ids)
{
    $all = curl_multi_init();
    foreach ($ids as $id) {
        $one = curl_init();
        curl_setopt($one, CURLOPT_URL, WEBHOOK . 'crm.deal.get?id=' . $id);
        curl_setopt($one, CURLOPT_SSL_VERIFYPEER, false);
        curl_multi_add_handle($all, $one); //! http.rest crm.deal.get +n-plus-1 +ssl-verify-off
    }
    curl_multi_exec($all, $running);
}
class Answers
{
    public function post($method, $data)
    {
        $curl = curl_init('https://' . $this->domain . '/rest/' . $this->method . '.json');
        $result = curl_exec($curl); //! http.rest - +dynamic-method
        curl_close($curl);

        return $result;
    }
}
file_get_contents($bitrixDir . '/settings.json');
