# Suites that read records, with an engine that answers reads one to four
# milliseconds later and in no order, as one on another machine would.

use strict;
use warnings;

use lib 't/lib';
use Test::More;

my $late = "$ENV{PWD}/build/ngx_http_whatsauth_door_late_module.so";

plan skip_all => 'the modules that are loaded are given'
    if defined $ENV{TEST_NGINX_LOAD_MODULES};
plan skip_all => "there is no $late" if !-e $late;

$ENV{TEST_NGINX_LOAD_MODULES} =
    "$ENV{PWD}/build/ngx_http_whatsauth_module.so $late";

my @suites = qw(
    t/02-verification-code/130-qr.t
    t/03-messages/050-states.t
    t/03-messages/060-hidden-number.t
    t/03-messages/070-batch.t
    t/03-messages/110-hidden-number.t
    t/04-store/080-expiry.t
    t/05-delivery/010-answers.t
    t/05-delivery/120-callback_on.t
    t/05-delivery/156-orphans.t
    t/05-delivery/160-verification.t
    t/09-replies/000-meta.t
    t/12-login/010-login.t
    t/12-login/040-pin.t
    t/12-login/070-sessions.t
    t/12-login/150-new-code.t
    t/15-gate/000-gate.t
    t/15-gate/010-collect.t
    t/15-gate/020-denied.t
    t/15-gate/030-access.t
    t/15-gate/040-content.t
    t/15-gate/060-streams.t
);

my $output = `prove -j 2 -I t/lib @suites 2>&1`;

is $?, 0, 'late reads - the suites pass' or diag $output;
like $output, qr/^Files=@{[ scalar @suites ]},/m, 'each of them';

done_testing;
