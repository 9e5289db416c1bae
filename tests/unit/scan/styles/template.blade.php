@extends('layout')
@section('content')
<div>{{ $title }}</div>
<script>
    var id = {{ $deal->id }};
    BX24.init(function () { //! bx24.init
        @if ($deal)
        BX24.callMethod('crm.deal.get', { id: {{ $deal->id }} }, function (r) { //! bx24.callMethod crm.deal.get +no-error-check
            show(r.data(), {!! json_encode($x) !!});
        });
        @endif
    });
</script>
@endsection
