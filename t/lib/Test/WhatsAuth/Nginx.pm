package Test::WhatsAuth::Nginx;

=head1 NAME

Test::WhatsAuth::Nginx - an nginx with the module, for a test of many steps

=head1 SYNOPSIS

    my $nginx = start_nginx(callback_url => $receiver->url('/204'));

    my $answer = $nginx->get('/api/v1/verification_code', \%headers);
    my $code = $nginx->issue(expires_at => 1)->{json}{code};
    $nginx->message(text_message(">>$code<<"));

    $nginx->reload;
    $nginx->kill_worker(($nginx->workers)[0]);
    $nginx->restart;

    is_deeply [ map { $_->{status} } $nginx->records ], ['validated'];
    $nginx->stop;

=head1 OPTIONS OF start_nginx()

C<callback_url> and the other options of C<whatsauth_app()> shape the app
C<demo>; C<app> is lines added to it; C<apps> is text that takes its place;
C<plain> leaves out whatsauth_store.
C<store> is the arguments of C<whatsauth_store> after the folder; C<place> takes
the place of that.  C<host> is a L<Test::WhatsAuth::Hosts> to run on, and
C<address> one to listen on (C<127.0.0.1>).  C<http>,
C<server> and C<main> are lines added there.  C<location> is what stands in
C</api/v1/> (C<whatsauth on;>).  C<workers> is 2, C<connections> of each 2048;
C<log_level> is C<info>.
Where an app has C<twilio>, C<whatsauth_public_url> is C<http://127.0.0.1>,
unless C<http> or C<apps> have one.
C<user> is that of the workers where root runs the test (C<root>).
C<allow> is a pattern of error log lines that are expected.  Lines of trouble,
which end with a count, tell of a set-up that the test has made wrong: only
with C<quiet> they are errors.

=head1 METHODS

=over

=item get($target, \%headers), post($target, $body, \%headers)

=item request($method, $target, \%headers, $body)

One request over a new connection; see L<Test::WhatsAuth::Client> for answers.
The answer's C<worker> is the process that gave it.

=item issue(%parameters)

A GET of verification_code with C<$TOKEN>; C<token> names another token.

=item message($body, %options)

POSTs what C<text_message()> made, signed with C<$APP_SECRET>, or with
C<secret>; C<headers> is a hash of further ones.

=item together(@requests)

Sends all requests, each an array as for C<request()> and over a connection of
its own, before it reads the first answer.  Returns the answers in order.

=item client($worker)

A keep-alive connection; all its requests reach the worker with that pid, if
one is given.

=item wait_until_open()

Returns 1 when each worker issues codes: one whose store is on another host
answers 503 until it has greeted the server for the first time.

=item signal($name), reload(), restart(), stop(), workers(), pid()

C<reload> returns when new workers run and the old ones have gone; C<reload(0)>
does not wait for the old ones.  C<stop> also passes a test that nothing was
logged at the levels error to emerg, other than C<allow> says.

With WHATSAUTH_ENGINE in the environment each has a store on a server of Valkey
or Redis, unless it has a C<place>.  With WHATSAUTH_HUP each nginx is reloaded
as soon as it runs, and again before it stops.

=item upgrade()

Starts a new nginx beside this one by USR2; returns true when its workers run.
C<pid> and C<workers> are those of the new one then.

=item kill_worker($pid, $signal)

KILL by default; returns when the worker has gone and another has come.

=item records(), error_log(), access_log()

C<records> is what whatsauth-store tells about each record of the store.

=item store_says($verb), store_stat()

What C<whatsauth-store VERB> prints of the store, in a list the lines; and its
C<stat>, as a hash that is empty if it cannot be had.

=item told($text)

How often the error log tells of this, also where it only counts: what a
worker has counted it writes after a minute, or at its end.

=item check($text)

Runs C<nginx -t> on a whole configuration file with this text in C<http>; in a
list returns whether it is good and what was printed.

=back

=cut

use strict;
use warnings;

use File::Path qw( make_path );
use JSON::PP ();
use Test::More ();
use Test::WhatsAuth;
use Test::WhatsAuth::Client;
use Test::WhatsAuth::Files qw( try_read_file );

my $PATIENCE = $ENV{TEST_NGINX_VALGRIND} ? 200 : 20;
my $ISSUE = '/api/v1/verification_code';

# A line of trouble; nginx may add the client and its request.
my $TROUBLE = qr/ whatsauth:[ ].*,[ ](?:count|failures)=\d+
                  (?:,[ ]app=[\w.-]+)?(?:,[ ]client:.*)?$/x;

my $servers = 0;
my %running;


sub start {
    my ($class, %option) = @_;

    my $self = $class->new(%option);

    $self->write_config($self->config);
    $self->launch;

    return $self;
}


sub new {
    my ($class, %option) = @_;

    my $n = $servers++;

    my $self = bless {
        workers => 2,
        connections => 2048,
        log_level => 'info',
        location => 'whatsauth on;',
        store => '',
        callback_url => 'http://127.0.0.1:' . slot_port($n) . '/callback',
        %option,
        port => slot_port($n),
        root => slot_folder() . "/nginx-$n",
    }, $class;

    make_path($self->{root});
    $self->use_servers if $ENV{WHATSAUTH_ENGINE} && !defined $self->{place};

    return $self;
}


# Another engine than that of a folder: each nginx has a store of its own, and
# all of a test one server.

my $valkey;

sub use_servers {
    my ($self) = @_;

    require Test::WhatsAuth::Valkey;
    delete local $ENV{LD_PRELOAD};      # which is for nginx alone
    $valkey //= Test::WhatsAuth::Valkey::start_valkey();

    $self->{servers} = $valkey;
    $self->{place} = 'valkey://' . $valkey->primary->address;
    $self->{store} =~ s/\bsize=\S+//;
    $self->{store} .= ' replicas=0 prefix=' . $self->prefix;
}


sub prefix {
    my ($self) = @_;

    return $self->{root} =~ s{.*/}{}r;
}


sub config {
    my ($self) = @_;

    my $root = $self->{root};
    my $apps = $self->{apps} // $self->demo_app;
    my $store = $self->{plain} ? ''
                : "whatsauth_store @{[ $self->place ]} $self->{store};";

    return $self->main_lines . <<"END" . $self->http_lines . <<"END";
worker_processes $self->{workers};
error_log $root/error.log $self->{log_level};
pid $root/nginx.pid;

events {
    worker_connections $self->{connections};
}

http {
END
    $store
    @{[ $self->public_url($apps) ]}

$apps

    server {
        listen @{[ $self->address ]}:$self->{port} backlog=1024;
        add_header X-Worker \$pid always;

        location /api/v1/ {
            $self->{location}
        }

        location = /callback {
            return 204;
        }

        location = /worker {
            return 200 \$pid;
        }

        @{[ $self->{server} // '' ]}
    }
}
END
}


sub demo_app {
    my ($self) = @_;

    my %option = map { $_ => $self->{$_} } grep { defined $self->{$_} }
                 qw( callback_url token phone app_secret verify_token );

    return whatsauth_app(%option, more => $self->{app} // '');
}


# The workers of a test that root runs stay root: the user of nginx may not
# be allowed into the folder of the tests.

sub main_lines {
    my ($self) = @_;

    my $user = $self->{user} // 'root';

    return module_lines() . ($> == 0 ? "user $user;\n" : '')
           . ($self->{main} // '') . "\n";
}


sub http_lines {
    my ($self) = @_;

    my @temporary = map { "    ${_}_temp_path $self->{root}/${_}_temp;\n" }
                    qw( client_body proxy fastcgi uwsgi scgi );

    return join '', "    access_log $self->{root}/access.log;\n", @temporary,
           ($self->{http} // '') . "\n";
}


sub write_config {
    my ($self, $text) = @_;

    open my $out, '>', $self->config_file or die $self->config_file . ": $!\n";
    print $out $text;
    close $out;
    chmod 0600, $self->config_file or die $self->config_file . ": $!\n";
}


# twilio needs to know the URL that Twilio calls.

sub public_url {
    my ($self, $apps) = @_;

    my $http = join '', $apps, $self->{http} // '';

    return $http =~ /\btwilio\s/ && $http !~ /whatsauth_public_url/
           ? "whatsauth_public_url http://127.0.0.1;" : '';
}


sub config_file {
    my ($self) = @_;

    return "$self->{root}/nginx.conf";
}


sub launch {
    my ($self) = @_;

    my $monitor = $self->{servers} && $self->watch_servers;
    my ($good, $said) = $self->run_nginx;
    die "nginx does not start: $said\n" unless $good;

    wait_until { $self->pid } $PATIENCE or die "nginx writes no pid file\n";
    $running{$self->pid} = 1;

    wait_until { $self->workers == $self->{workers} } $PATIENCE
        or die "nginx does not start its workers\n";

    $self->wait_for_servers($monitor) if $monitor;
    $self->reload if $ENV{WHATSAUTH_HUP};
}


# Each worker of a start reads the keys of its store by itself, and once more if
# it has found none: the first that is written stays.  No request asks if a
# worker has read them: tests count theirs.

sub watch_servers {
    my ($self) = @_;

    my $monitor = $self->{servers}->primary->client(seconds => $PATIENCE);

    $self->{made} = @{ $monitor->call('KEYS', $self->prefix . ':*:meta') };
    $monitor->call('MONITOR');
    return $monitor;
}


sub wait_for_servers {
    my ($self, $monitor) = @_;

    my $workers = $self->{workers} || 1;     # the master, where it is alone
    my $keys = $self->prefix . ':[{]\w+[}]:meta';
    my $until = time + $PATIENCE;
    my %open;

    while (keys %open < $workers && time < $until) {
        my $line = eval { $monitor->reply } // last;
        my ($worker, $command) = $line =~ /\[0 (\S+)\] "(GET|SET)" "$keys"/
            or next;

        if ($command eq 'SET') {
            $self->{made} = 1;

        } elsif ($self->{made}) {
            $open{$worker} = 1;
        }
    }
}


sub run_nginx {
    my ($self, @options) = @_;

    my $output = "$self->{root}/output";
    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDOUT, '>', $output;
        open STDERR, '>&', \*STDOUT;
        exec $self->command(binary(), '-e',
             "$self->{root}/error.log", '-p', "$self->{root}/", '-c',
             $self->config_file, @options);
    }

    waitpid $pid, 0;
    my $good = $? == 0;

    open my $in, '<', $output or die "$output: $!\n";
    return $good, do { local $/; <$in> } // '';
}


# A whole path: by it nginx starts a new one for an upgrade.

sub binary {
    return $ENV{TEST_NGINX_BINARY}
           || (grep { -x } map { "$_/nginx" } split(/:/, $ENV{PATH}),
               '/usr/sbin')[0]
           // die "there is no nginx\n";
}


sub check {
    my ($class, $text, %option) = @_;

    my $self = $class->new(%option);

    $self->write_config($self->main_lines . <<"END");
error_log $self->{root}/error.log;
pid $self->{root}/nginx.pid;
events { }
http {
$text
}
END

    return $self->run_nginx('-t');
}


# Requests

sub client {
    my ($self, $worker) = @_;

    my $client;

    wait_until {
        $client = Test::WhatsAuth::Client->connect($self->{port}, undef,
                                                   $self->address);
        !$worker || $client->request('GET', '/worker')->{body} == $worker;
    } $PATIENCE or die "worker $worker takes no connection\n";

    return $client;
}


sub request {
    my ($self, @request) = @_;

    return $self->client->request(@request);
}


sub get {
    my ($self, $target, $headers) = @_;

    return $self->request('GET', $target, $headers);
}


sub post {
    my ($self, $target, $body, $headers) = @_;

    return $self->request('POST', $target, $headers, $body);
}


sub together {
    my ($self, @requests) = @_;

    my @clients = map { $self->client } @requests;

    for my $n (0 .. $#requests) {
        $clients[$n]->send(@{ $requests[$n] });
    }

    return map { $_->receive } @clients;
}


sub issue {
    my ($self, %parameter) = @_;

    return $self->request($self->issue_request(%parameter));
}


sub wait_until_open {
    my ($self) = @_;

    for my $worker ($self->workers) {
        my $client = $self->client($worker);

        wait_until {
            $client->request($self->issue_request)->{status} == 200;
        } $PATIENCE or die "no store\n" . $self->error_log;
    }

    return 1;
}


sub issue_request {
    my ($self, %parameter) = @_;

    my $token = delete $parameter{token} // $self->{token} // $TOKEN;
    my $query = join '&', map { escape($_) . '=' . escape($parameter{$_}) }
                          sort keys %parameter;

    return 'GET', length $query ? "$ISSUE?$query" : $ISSUE,
           { Authorization => "Bearer $token" };
}


sub escape {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger;
}


sub message {
    my ($self, $body, %option) = @_;

    return $self->request($self->message_request($body, %option));
}


sub message_request {
    my ($self, $body, %option) = @_;

    my $secret = $option{secret} // $self->{app_secret} // $APP_SECRET;

    return 'POST', $option{target} // '/api/v1/messages', {
        'Content-Type' => 'application/json',
        'X-Hub-Signature-256' => signature($body, $secret),
        %{ $option{headers} // {} },
    }, $body;
}


# Processes

sub pid {
    my ($self) = @_;

    open my $in, '<', "$self->{root}/nginx.pid" or return;
    my $pid = <$in> // return;
    return $pid + 0;
}


sub port {
    my ($self) = @_;

    return $self->{port};
}


sub address {
    my ($self) = @_;

    return $self->{address}
           // ($self->{host} ? $self->{host}->address : '127.0.0.1');
}


sub command {
    my ($self, @command) = @_;

    return $self->{host} ? $self->{host}->command(@command) : @command;
}


sub place {
    my ($self) = @_;

    return $self->{place} // "$self->{root}/store";
}


sub root {
    my ($self) = @_;

    return $self->{root};
}


# A worker whose title still says otherwise has not begun its work.  Under
# valgrind a process has no title of its own.

sub workers {
    my ($self) = @_;

    my $master = $self->pid // return;
    my %cache = $ENV{TEST_NGINX_VALGRIND} ? $self->cache_processes : ();
    my @workers;

    for my $file (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $file or next;
        my ($pid, $parent) = (<$in> // '') =~ /^(\d+) \(.*\) \S (\d+)/
            or next;
        next if $parent != $master;

        open my $title, '<', "/proc/$pid/cmdline" or next;
        push @workers, $pid
            if $ENV{TEST_NGINX_VALGRIND}
               ? !$cache{$pid}
               : (<$title> // '') =~ /^nginx: worker process\b/;
    }

    return @workers = sort { $a <=> $b } @workers;
}


# No title shows under valgrind, but the log says what each process is.

sub cache_processes {
    my ($self) = @_;

    return map { $_ => 1 }
           $self->error_log =~ /: start cache \w+ process (\d+)$/mg;
}


sub signal {
    my ($self, $name) = @_;

    kill $name, $self->pid // return;
}


sub reload {
    my ($self, $wait) = @_;

    my %old = map { $_ => 1 } $self->workers;

    $self->signal('HUP');

    wait_until {
        my @workers = $self->workers;
        my @new = grep { !$old{$_} } @workers;
        @new == $self->{workers}
            && (@new == @workers || defined $wait && !$wait);
    } $PATIENCE or die "nginx does not reload\n";
}


sub upgrade {
    my ($self) = @_;

    my $old = $self->pid;
    my $monitor = $self->{servers} && $self->watch_servers;

    kill 'USR2', $old;

    my $runs = wait_until {
        ($self->pid // $old) != $old && $self->workers == $self->{workers};
    } $PATIENCE;

    $running{$self->pid} = 1 if $runs;
    $self->wait_for_servers($monitor) if $runs && $monitor;
    return $runs;
}


sub kill_worker {
    my ($self, $pid, $signal) = @_;

    kill $signal // 'KILL', $pid;

    wait_until {
        my @workers = $self->workers;
        @workers == $self->{workers} && !grep { $_ == $pid } @workers;
    } $PATIENCE or die "worker $pid is not replaced\n";
}


sub restart {
    my ($self, $signal) = @_;

    $self->end($signal // 'QUIT');
    $self->launch;
}


sub end {
    my ($self, $signal) = @_;

    my $pid = $self->pid // return 1;
    my @workers = $self->workers;

    kill $signal, $pid;

    # A master that is killed leaves its workers behind.
    kill $signal, @workers if $signal eq 'KILL';

    my $gone = wait_until {
        !grep { is_alive($_) } $pid, @workers
    } $PATIENCE;

    delete $running{$pid} if $gone;
    return $gone;
}


# A zombie is not, although it still takes signals.

sub is_alive {
    my ($pid) = @_;

    return try_read_file("/proc/$pid/stat") =~ /^\d+ \(.*\) [^ZX]/;
}


sub stop {
    my ($self) = @_;

    $self->reload(0) if $ENV{WHATSAUTH_HUP} && $self->pid;

    my $gone = $self->end('QUIT') || do { $self->end('KILL'); 0 };
    my $allow = $self->{allow} // qr/(?!)/;

    # A summary counts earlier lines.
    my @bad = grep { /\[(?:error|crit|alert|emerg)\]/ && !/$allow/
                     && !/: \d+ more within a minute: /
                     && ($self->{quiet} || !/$TROUBLE/) }
              split /\n/, $self->error_log;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    Test::More::ok($gone && !@bad, 'nginx stops and has logged no error')
        or Test::More::diag(join "\n", $gone ? () : 'it did not stop', @bad);
}


# The lines it has written

sub error_log {
    my ($self) = @_;

    return try_read_file("$self->{root}/error.log");
}


sub told {
    my ($self, $text) = @_;

    my $log = $self->error_log;
    my $told = () = $log =~ /: \Q$text\E\b/g;
    my @more = $log =~ /: (\d+) more within a minute: \Q$text\E$/mg;

    $told += $_ - 1 for @more;
    return $told;
}


sub access_log {
    my ($self) = @_;

    return try_read_file("$self->{root}/access.log");
}


sub records {
    my ($self) = @_;

    return grep { exists $_->{code} } $self->dump;
}


sub sessions {
    my ($self) = @_;

    return grep { exists $_->{session} } $self->dump;
}


sub subjects {
    my ($self) = @_;

    return grep { exists $_->{subject} } $self->dump;
}


sub dump {
    my ($self) = @_;

    return map { JSON::PP::decode_json($_) } $self->store_says('dump');
}


sub store_stat {
    my ($self) = @_;

    return eval { JSON::PP::decode_json($self->store_says('stat')) } // {};
}


sub store_says {
    my ($self, $verb) = @_;

    my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";

    # Those that the tool has, too, but for the user, who may not list keys.
    my @options = $self->{store} =~ /\b((?:prefix|trusted_certificate)=\S+)/g;

    open my $in, '-|', $tool, $verb, $self->place, @options
        or die "$tool: $!\n";

    return wantarray ? <$in> : join '', <$in>;
}


END {
    my $status = $?;

    for my $pid (keys %running) {
        kill 'TERM', $pid;
    }

    $? = $status;
}


1;
